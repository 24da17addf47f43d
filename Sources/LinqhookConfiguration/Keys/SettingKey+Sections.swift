// Keys with a mapping of their own under them.

extension SettingKey {
  /// A section with defaults for everything.
  ///
  /// - Parameter isOneLine: Whether it is printed as `{one: 1, two: 2}`.
  static func section<Part: SettingsSection>(
    _ name: String,
    _ path: Path<Part>,
    isOneLine: Bool = false,
    _ meaning: String = ""
  ) -> Self {
    Self(
      name: name,
      takes: "a mapping",
      meaning: meaning,
      read: { $1[keyPath: path] = Part.read($0.section(name)) },
      print: { mapping($0[keyPath: path].printed, isOneLine: isOneLine) },
      isEqual: { $0[keyPath: path] == $1[keyPath: path] },
      nested: { Part.keys.described(.blank) },
      nestedRestartOnly: { Part.keys.restartOnlyDifferences($0[keyPath: path], from: $1[keyPath: path]) }
    )
  }

  /// A section that is off unless the file has it, and then needs some of its keys.
  static func section<Part: SettingsSection>(
    _ name: String,
    _ path: Path<Part?>,
    isOneLine: Bool = false,
    _ meaning: String = ""
  ) -> Self {
    Self(
      name: name,
      takes: "a mapping",
      meaning: meaning,
      read: { reader, section in
        guard reader.value(name) != nil else { return }
        let part = reader.section(name)
        guard !part.isFaulty else { return }
        let value = Part.read(part)
        if value.isComplete { section[keyPath: path] = value }
      },
      print: { $0[keyPath: path].map { mapping($0.printed, isOneLine: isOneLine) } },
      isEqual: { $0[keyPath: path] == $1[keyPath: path] },
      nested: { Part.keys.described(.blank) }
    )
  }

  /// Keys of this section that stand in the file under one more name.
  static func group(_ name: String, isOneLine: Bool = false, _ keys: [SettingKey<Section>]) -> Self
  where Section: SettingsSection {
    Self(
      name: name,
      takes: "a mapping",
      meaning: "",
      read: { reader, section in
        var part = reader.section(name)
        keys.read(&part, into: &section)
        part.rejectUnknownKeys(known: keys.map(\.name), owner: part.owner)
      },
      print: { mapping(keys.printed($0), isOneLine: isOneLine) },
      isEqual: { one, other in keys.allSatisfy { $0.isEqual(one, other) } },
      nested: { keys.described(Section.blank) },
      nestedRestartOnly: { keys.restartOnlyDifferences($0, from: $1) }
    )
  }

  private static func mapping(_ pairs: [(String, YAMLText)], isOneLine: Bool) -> YAMLText {
    isOneLine ? .flowMapping(pairs) : .mapping(pairs)
  }
}

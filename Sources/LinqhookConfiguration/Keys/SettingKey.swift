// The one place that says what a key is: how it is read, printed and compared, what it takes, and what the manual says
// of it. A section is a struct with defaults in its initializer and a list of such keys. The loader, `check --print`,
// `check --keys` (from which the manual is made) and the comparison after a reload all go through these lists, so a key
// that is in one of them is in all.

/// One key of a section.
struct SettingKey<Section>: Sendable {
  /// Where a section holds a value.
  typealias Path<Value> = any WritableKeyPath<Section, Value> & Sendable

  /// Its name in the file.
  let name: String
  /// What it takes, as in "1 to 1000000".
  let takes: String
  /// What it means, as the manual says it.
  let meaning: String
  /// Takes the value from the mapping, if it is there and good; reports what is wrong with it otherwise.
  let read: @Sendable (inout MappingReader, inout Section) -> Void
  /// The value as the file would have it; nil where it is not set.
  let print: @Sendable (Section) -> YAMLText?
  /// Whether the two values are the same.
  let isEqual: @Sendable (Section, Section) -> Bool

  /// The flag and the variable that win over the file.
  var flag: String?
  var variable: String?
  /// Whether a change takes effect only after a restart.
  var isRestartOnly = false
  /// Whether other keys of the section depend on it: it is read before them.
  var isReadFirst = false
  /// The default where it is not what a section holds from the start.
  var defaultText: String?
  /// The keys of the mapping under it.
  var nested: @Sendable () -> [KeyDescription] = { [] }
  /// Those of them that differ and wait for a restart, by their paths below this key.
  var nestedRestartOnly: @Sendable (Section, Section) -> [String] = { _, _ in [] }
}

extension SettingKey {
  /// The key with a mark: a change of it waits for a restart.
  func restartOnly() -> Self {
    var key = self
    key.isRestartOnly = true
    return key
  }

  /// The key with a mark: it is read before the others of its section.
  func readFirst() -> Self {
    var key = self
    key.isReadFirst = true
    return key
  }

  /// The key with a condition: without it, it means nothing and is not printed.
  func printed(where applies: @escaping @Sendable (Section) -> Bool) -> Self {
    Self(
      name: name,
      takes: takes,
      meaning: meaning,
      read: read,
      print: { applies($0) ? print($0) : nil },
      isEqual: isEqual,
      flag: flag,
      variable: variable,
      isRestartOnly: isRestartOnly,
      isReadFirst: isReadFirst,
      defaultText: defaultText,
      nested: nested,
      nestedRestartOnly: nestedRestartOnly
    )
  }

  /// The key with a default to be shown that depends on something else.
  func byDefault(_ text: String) -> Self {
    var key = self
    key.defaultText = text
    return key
  }

  /// The same key of a section that holds this key's section as a part, without a mapping of its own in the file.
  func lifted<Whole>(to path: SettingKey<Whole>.Path<Section>) -> SettingKey<Whole> {
    SettingKey<Whole>(
      name: name,
      takes: takes,
      meaning: meaning,
      read: { read(&$0, &$1[keyPath: path]) },
      print: { print($0[keyPath: path]) },
      isEqual: { isEqual($0[keyPath: path], $1[keyPath: path]) },
      flag: flag,
      variable: variable,
      isRestartOnly: isRestartOnly,
      isReadFirst: isReadFirst,
      defaultText: defaultText,
      nested: nested,
      nestedRestartOnly: { nestedRestartOnly($0[keyPath: path], $1[keyPath: path]) }
    )
  }
}

extension Array {
  /// What these keys read from a mapping, beginning with `section`.
  func read<Section>(_ reader: inout MappingReader, into section: inout Section)
  where Element == SettingKey<Section> {
    for key in self where key.isReadFirst { key.read(&reader, &section) }
    for key in self where !key.isReadFirst { key.read(&reader, &section) }
  }

  /// The lines of a section.
  func printed<Section>(_ section: Section) -> [(String, YAMLText)] where Element == SettingKey<Section> {
    compactMap { key in key.print(section).map { (key.name, $0) } }
  }

  /// The paths of keys that differ and wait for a restart.
  func restartOnlyDifferences<Section>(_ section: Section, from other: Section) -> [String]
  where Element == SettingKey<Section> {
    flatMap { key -> [String] in
      if key.isRestartOnly { return key.isEqual(section, other) ? [] : [key.name] }
      return key.nestedRestartOnly(section, other).map { "\(key.name).\($0)" }
    }
  }

  /// What the manual says of them; defaults are those of `section`.
  func described<Section>(_ section: Section) -> [KeyDescription] where Element == SettingKey<Section> {
    flatMap { key -> [KeyDescription] in
      let own = KeyDescription(
        path: key.name,
        takes: key.takes,
        defaultText: key.defaultText ?? key.print(section)?.shown,
        isRestartOnly: key.isRestartOnly,
        flag: key.flag,
        variable: key.variable,
        meaning: key.meaning
      )
      let nested = key.nested().map { nested in
        var description = nested
        description.path = "\(key.name).\(nested.path)"
        description.isRestartOnly = nested.isRestartOnly || key.isRestartOnly
        return description
      }
      return nested.isEmpty ? [own] : nested
    }
  }
}

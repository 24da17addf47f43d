/// A part of the settings that stands in the file as a mapping of its own.
protocol SettingsSection: Sendable, Equatable {
  /// What reading begins with: the defaults, and placeholders for what has none.
  static var blank: Self { get }
  /// The keys, in the order of the manual.
  static var keys: [SettingKey<Self>] { get }
  /// Whether there is everything that it cannot do without.
  var isComplete: Bool { get }
  /// Judges what several keys say together, and fills in defaults that depend on others.
  mutating func check(_ reader: MappingReader)
}

extension SettingsSection {
  var isComplete: Bool { true }

  mutating func check(_ reader: MappingReader) {}

  /// Reads a mapping: what is missing or wrong stays at its default, so that one run finds all problems.
  ///
  /// - Parameter owner: What has these keys, in sentences; nil for the keys under which the mapping stands.
  static func read(_ mapping: MappingReader, owner: String? = nil) -> Self {
    var (reader, section) = (mapping, blank)
    keys.read(&reader, into: &section)
    reader.rejectUnknownKeys(known: keys.map(\.name), owner: owner ?? reader.owner)
    section.check(reader)
    return section
  }

  /// The section as the file would have it, all defaults included.
  var printed: [(String, YAMLText)] { Self.keys.printed(self) }
}

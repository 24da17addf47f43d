/// The ring that keeps refused requests.
public struct QuarantineSettings: Sendable, Equatable {
  /// Requests that are kept; 0 keeps none.
  public var maxEntries: Int
  /// Bytes that they may take together.
  public var maxBytes: Int

  /// The defaults: 1000 requests and 16 MiB.
  public init(maxEntries: Int = 1000, maxBytes: Int = 16 << 20) {
    self.maxEntries = maxEntries
    self.maxBytes = maxBytes
  }
}

extension QuarantineSettings: SettingsSection {
  static let blank = QuarantineSettings()
  static let keys: [SettingKey<QuarantineSettings>] = [
    .integer("max_entries", \.maxEntries, in: 0...1_000_000, "Refused requests that are kept; 0 keeps none."),
    .size("max_bytes", \.maxBytes, in: 0...(1 << 40), "Bytes that they may take together."),
  ]
}

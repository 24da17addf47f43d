/// How the program stops.
public struct ShutdownSettings: Sendable, Equatable {
  /// How long requests and handlers may go on after SIGTERM.
  public var drain: Duration

  /// The default: 20 seconds.
  public init(drain: Duration = .seconds(20)) {
    self.drain = drain
  }
}

extension ShutdownSettings: SettingsSection {
  static let blank = ShutdownSettings()
  static let keys: [SettingKey<ShutdownSettings>] = [
    .duration(
      "drain",
      \.drain,
      in: .zero...(.seconds(3600)),
      "How long requests and handlers may go on after SIGTERM."
    )
  ]
}

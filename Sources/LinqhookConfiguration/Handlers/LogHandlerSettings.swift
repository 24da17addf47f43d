/// One log line an event.
public struct LogHandlerSettings: Sendable, Equatable {
  /// The level of the line.
  public var level: LogLevel
  /// Whether phone numbers are shortened and text is left out.
  public var redacts: Bool

  /// The defaults: `info`, redacted.
  public init(level: LogLevel = .info, redacts: Bool = true) {
    self.level = level
    self.redacts = redacts
  }
}

extension LogHandlerSettings: HandlerTypeSettings {
  static let typeName = "log"
  static let defaultConcurrency = 1
  static let blank = LogHandlerSettings()
  static let keys: [SettingKey<LogHandlerSettings>] = [
    .choice("level", \.level, "The level of the lines."),
    .boolean("redact", \.redacts, "Phone numbers show their last two digits, and text is left out."),
  ]

  var kind: HandlerKind { .log(self) }
}

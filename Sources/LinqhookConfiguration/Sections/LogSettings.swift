/// linqhook's own log on stderr.
public struct LogSettings: Sendable, Equatable {
  /// The lowest level that is written.
  public var level: LogLevel
  /// Text for people or JSON for machines.
  public var format: LogFormat

  /// The defaults: `info` and text.
  public init(level: LogLevel = .info, format: LogFormat = .text) {
    self.level = level
    self.format = format
  }
}

/// The log levels, as swift-log names them, lowest first.
public enum LogLevel: String, Sendable, CaseIterable {
  /// Every step.
  case trace
  /// For finding a fault.
  case debug
  /// What normally happens.
  case info
  /// Normal, but worth a look.
  case notice
  /// Not a fault, but it may become one.
  case warning
  /// A fault.
  case error
  /// A fault that needs somebody at once.
  case critical
}

/// The form of a log line.
public enum LogFormat: String, Sendable, CaseIterable {
  /// For people.
  case text
  /// One JSON object a line.
  case json
}

extension LogSettings: SettingsSection {
  static let blank = LogSettings()
  static let keys: [SettingKey<LogSettings>] = [
    .layered(
      "level",
      \.level,
      flag: "--log-level",
      variable: "LINQHOOK_LOG_LEVEL",
      takes: Choices<LogLevel>.form,
      "The lowest level that is written.",
      parse: { text, _ throws(ValueProblem) in try Choices<LogLevel>.parse(text) },
      print: { .text($0.rawValue) }
    ),
    .layered(
      "format",
      \.format,
      flag: "--log-format",
      variable: "LINQHOOK_LOG_FORMAT",
      takes: Choices<LogFormat>.form,
      "Lines for people, or one JSON object a line.",
      parse: { text, _ throws(ValueProblem) in try Choices<LogFormat>.parse(text) },
      print: { .text($0.rawValue) }
    ).restartOnly(),
  ]
}

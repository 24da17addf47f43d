/// The address for the operator.
public struct AdminSettings: Sendable, Equatable {
  /// Where health and metrics are served; `nil` when turned off.
  public var listen: ListenSettings?
  /// Who may connect where `listen` is a unix socket.
  public var socket: SocketSettings
  /// Opens events, replay and the inspector on this address. Without one, only health and metrics are served.
  public var token: ConfiguredSecret?

  /// The defaults: loopback port 9464, no token.
  public init(
    listen: ListenSettings? = .tcp(host: "127.0.0.1", port: 9464),
    socket: SocketSettings = SocketSettings(),
    token: ConfiguredSecret? = nil
  ) {
    self.listen = listen
    self.socket = socket
    self.token = token
  }
}

/// How the program stops.
public struct ShutdownSettings: Sendable, Equatable {
  /// How long requests and handlers may go on after SIGTERM.
  public var drain: Duration

  /// The default: 20 seconds.
  public init(drain: Duration = .seconds(20)) {
    self.drain = drain
  }
}

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

/// An alarm for a line that has gone quiet.
public struct SilenceSettings: Sendable, Equatable {
  /// How long without an event before the alarm.
  public var after: Duration
  /// The program to start, and its arguments. Never empty when loaded.
  public var command: [String]

  /// An alarm after `after` that starts `command`.
  public init(after: Duration, command: [String]) {
    self.after = after
    self.command = command
  }
}

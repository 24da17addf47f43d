/// Bounds that keep one client, or all of them together, from using up the machine.
public struct LimitSettings: Sendable, Equatable {
  /// Connections that are open at once.
  public var connections: Int
  /// Connections that one address may have open; 0 for no bound.
  public var connectionsPerAddress: Int
  /// Request line and headers together. Long or many cookies may be too much below it already.
  public var headerBytes: Int
  /// From the first line of a request to its last byte, and before that from the opening of a connection to that line.
  public var requestTimeout: Duration
  /// Between two requests of one connection.
  public var idleTimeout: Duration

  /// The defaults: 1000 connections, no bound for an address, 16 KiB, 10 s and 60 s.
  public init(
    connections: Int = 1000,
    connectionsPerAddress: Int = 0,
    headerBytes: Int = 16 << 10,
    requestTimeout: Duration = .seconds(10),
    idleTimeout: Duration = .seconds(60)
  ) {
    self.connections = connections
    self.connectionsPerAddress = connectionsPerAddress
    self.headerBytes = headerBytes
    self.requestTimeout = requestTimeout
    self.idleTimeout = idleTimeout
  }
}

extension LimitSettings: SettingsSection {
  static let blank = LimitSettings()
  private static let times: ClosedRange<Duration> = .milliseconds(100)...(.seconds(3600))
  static let keys: [SettingKey<LimitSettings>] = [
    .integer(
      "connections",
      \.connections,
      in: 1...1_000_000,
      "Connections that are open at once. Idle ones are closed for newcomers, the longest idle ones first."
    ),
    .integer(
      "per_ip",
      \.connectionsPerAddress,
      in: 0...1_000_000,
      because: "0 is no bound",
      "Connections that one address may have open; 0 for no bound. Behind a proxy all come from one address."
    ),
    .size(
      "header_bytes",
      \.headerBytes,
      in: (1 << 10)...(1 << 20),
      because: "each connection holds that much memory",
      "Request line and headers together; more is answered 431. More than 16KiB, and than at start, takes effect after a restart."
    ),
    .duration(
      "request_timeout",
      \.requestTimeout,
      in: times,
      "From the first line of a request to its last byte, and from the opening of a connection to that line. Later is answered 503."
    ),
    .duration("idle_timeout", \.idleTimeout, in: times, "Between two requests of one connection."),
  ]
}

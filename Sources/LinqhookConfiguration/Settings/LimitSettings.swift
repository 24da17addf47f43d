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

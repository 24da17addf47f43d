/// All that a server needs to know.
public struct HTTPServerConfiguration: Sendable {
  /// Where it listens; at least one.
  public var addresses: [ListenAddress]
  /// How many event loops share the connections, each on a thread of its own; at least 1. One for each core that
  /// the service leaves free is right.
  public var loops: Int
  /// What a client may cost.
  public var limits: HTTPLimits
  /// The mode of unix sockets that the server makes.
  public var unixSocketMode: UInt32
  /// Whose processes are served on unix sockets.
  public var unixPeers = UnixPeers.anyone
  /// Whose group they are, by name or number; nil is the process's own.
  public var unixSocketGroup: String?
  /// The answer when the service does not answer in time or too many bytes are in memory.
  public var unavailableResponse: HTTPResponse
  /// Whether a peer may name the client of a connection by the PROXY protocol, version 1 or 2, in the first bytes of it.
  /// Asked, on any thread, only when a connection begins with such a header. By default nobody may.
  public var trustsProxyHeader: @Sendable (RemoteAddress) -> Bool = { _ in false }
  /// Only tests have a reason to set others than those of the loaded library.
  var framingRules = FramingRules.ofLibrary

  /// Makes a configuration; all but the addresses has a default.
  public init(
    addresses: [ListenAddress],
    loops: Int = HTTPServerConfiguration.coreCount,
    limits: HTTPLimits = HTTPLimits(),
    unixSocketMode: UInt32 = 0o660,
    unavailableResponse: HTTPResponse? = nil
  ) {
    self.addresses = addresses
    self.loops = loops
    self.limits = limits
    self.unixSocketMode = unixSocketMode
    self.unavailableResponse = unavailableResponse ?? BuiltInResponses.unavailable
  }

  /// How many cores this process may use.
  public static var coreCount: Int { availableCoreCount() }

  var unixSocketAccess: UnixSocketAccess {
    UnixSocketAccess(mode: unixSocketMode, group: unixSocketGroup)
  }

  func validate() throws(HTTPServerError) {
    guard !addresses.isEmpty else { throw .configuration("it names no address to listen on") }
    guard (1...1024).contains(loops) else { throw .configuration("loops must be from 1 to 1024") }
    try limits.validate()
  }
}

/// What a client may cost. Times are measured on a clock that never steps.
public struct HTTPLimits: Sendable, Hashable {
  /// Connections at one time, over all addresses. At the limit further clients wait in the kernel's queue.
  public var maxConnections: Int
  /// Connections at one time from one IP address; 0 turns the limit off. One too many is closed at once. Unix
  /// sockets are not counted.
  public var maxConnectionsPerAddress: Int
  /// Bytes of request line and header fields; more are answered 431. From 256 to 1 MiB. Long or many cookies
  /// may be too much below it already: libmicrohttpd copies them into the same memory.
  public var maxHeaderBytes: Int
  /// From a request's first line to the last byte of its body; before that for the first line to come on a new
  /// connection, and afterwards for the client to take the answer.
  public var requestTimeoutSeconds: Double
  /// Between two requests on a connection.
  public var idleTimeoutSeconds: Double
  /// For the service to answer a request that is here as a whole; then the answer is 503.
  public var responseTimeoutSeconds: Double
  /// Bytes of bodies in memory at one time; past it requests are answered 503.
  public var maxBodyBytesInFlight: Int

  /// Makes limits; the defaults suit a receiver of small messages.
  public init(
    maxConnections: Int = 1000,
    maxConnectionsPerAddress: Int = 0,
    maxHeaderBytes: Int = 16 << 10,
    requestTimeoutSeconds: Double = 10,
    idleTimeoutSeconds: Double = 60,
    responseTimeoutSeconds: Double = 8,
    maxBodyBytesInFlight: Int = 256 << 20
  ) {
    self.maxConnections = maxConnections
    self.maxConnectionsPerAddress = maxConnectionsPerAddress
    self.maxHeaderBytes = maxHeaderBytes
    self.requestTimeoutSeconds = requestTimeoutSeconds
    self.idleTimeoutSeconds = idleTimeoutSeconds
    self.responseTimeoutSeconds = responseTimeoutSeconds
    self.maxBodyBytesInFlight = maxBodyBytesInFlight
  }

  /// The memory that libmicrohttpd gives each connection: request line, fields and their records, read buffer
  /// and the head of the answer. Half as much again as the longest head, so that our own limit is the one that is
  /// met by any head of up to some hundred fields; not more, because all of it is overwritten after each request.
  var poolBytes: Int { max(24 << 10, maxHeaderBytes * 3 / 2) }

  /// The longest head that a pool of this size is for.
  static func maxHeaderBytes(inPoolOf poolBytes: Int) -> Int { poolBytes * 2 / 3 }

  /// How often the time limits are looked at: fine enough for the shortest of them.
  var scanIntervalSeconds: Double {
    let shortest = min(requestTimeoutSeconds, idleTimeoutSeconds, responseTimeoutSeconds)
    return min(0.25, max(0.01, shortest / 8))
  }

  /// Throws ``HTTPServerError/configuration(_:)`` when a limit is out of range.
  public func validate() throws(HTTPServerError) {
    guard (1...1_000_000).contains(maxConnections) else {
      throw .configuration("maxConnections must be from 1 to 1000000")
    }
    guard maxConnectionsPerAddress >= 0, maxBodyBytesInFlight > 0 else {
      throw .configuration("maxConnectionsPerAddress and maxBodyBytesInFlight must not be negative")
    }
    guard (256...(1 << 20)).contains(maxHeaderBytes) else {
      throw .configuration("maxHeaderBytes must be from 256 to 1048576")
    }
    guard [requestTimeoutSeconds, idleTimeoutSeconds, responseTimeoutSeconds].allSatisfy({ $0 > 0 }) else {
      throw .configuration("each time limit must be above 0 seconds")
    }
  }
}

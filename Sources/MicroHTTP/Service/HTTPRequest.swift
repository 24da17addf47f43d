/// A request while its handler looks at it. It reads libmicrohttpd's own memory and copies only what is asked
/// for, so it cannot leave the call that it was given to; `snapshot(body:)` makes a copy that can.
public struct HTTPRequest: ~Copyable {
  private enum Source {
    case live(LiveRequest)
    case made(HTTPSnapshot)
  }

  private let source: Source

  /// Names this request in a later reply. A token never names two requests of one loop.
  public let token: HTTPRequestToken
  /// The other end of the connection.
  public let remoteAddress: RemoteAddress
  /// What is after the first `?` of the target, as sent, or nil when there is none.
  public let query: String?

  init(_ live: LiveRequest, token: HTTPRequestToken, remoteAddress: RemoteAddress, query: String?) {
    source = .live(live)
    self.token = token
    self.remoteAddress = remoteAddress
    self.query = query
  }

  /// Makes a request without a socket, to call a handler in a test.
  public init(
    method: String,
    target: String,
    headers: [HTTPHeaderField] = [],
    remoteAddress: RemoteAddress = .unix,
    token: HTTPRequestToken = HTTPRequestToken(loop: 0, slot: 0, number: 1)
  ) {
    let made = HTTPSnapshot(
      method: method,
      target: target,
      headers: headers,
      remoteAddress: remoteAddress
    )
    source = .made(made)
    self.token = token
    self.remoteAddress = remoteAddress
    query = made.query
  }

  /// The method as sent, for example `POST`.
  public var method: String {
    switch source {
    case .live(let live): live.method
    case .made(let made): made.method
    }
  }

  /// The target before the first `?`, as sent: percent signs are not decoded, a target in absolute form is not
  /// taken apart. Compare it for equality, never by prefix.
  public var path: String {
    switch source {
    case .live(let live): live.path
    case .made(let made): made.path
    }
  }

  /// `HTTP/1.1` or `HTTP/1.0`.
  public var version: String {
    switch source {
    case .live(let live): live.version
    case .made(let made): made.version
    }
  }

  /// The value of the first field with this name, in any case of letters. Bytes that are not UTF-8 are
  /// replaced.
  public func header(_ name: String) -> String? {
    switch source {
    case .live(let live): live.header(name)
    case .made(let made): made.header(name)
    }
  }

  /// All header fields, in the order of arrival.
  public func headers() -> [HTTPHeaderField] {
    switch source {
    case .live(let live): live.headers()
    case .made(let made): made.headers
    }
  }

  /// A copy of the whole request with this body.
  public func snapshot(body: [UInt8] = []) -> HTTPSnapshot {
    let target = query.map { "\(path)?\($0)" } ?? path
    return HTTPSnapshot(
      method: method,
      target: target,
      version: version,
      headers: headers(),
      remoteAddress: remoteAddress,
      body: body
    )
  }
}

/// A whole request, copied: it outlives the connection and may go to other threads.
public struct HTTPSnapshot: Sendable, Hashable {
  /// The method as sent, for example `POST`.
  public var method: String
  /// The target before the first `?`, as sent: percent signs are not decoded.
  public var path: String
  /// What is after the first `?`, as sent, or nil when there is none.
  public var query: String?
  /// `HTTP/1.1` or `HTTP/1.0`.
  public var version: String
  /// All header fields, in the order of arrival.
  public var headers: [HTTPHeaderField]
  /// The other end of the connection.
  public var remoteAddress: RemoteAddress
  /// The body; empty when there was none.
  public var body: [UInt8]

  /// Makes a request of its parts; `target` is split at the first `?`.
  public init(
    method: String,
    target: String,
    version: String = "HTTP/1.1",
    headers: [HTTPHeaderField] = [],
    remoteAddress: RemoteAddress = .unix,
    body: [UInt8] = []
  ) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.method = method
    path = parts.first.map(String.init) ?? ""
    query = parts.count > 1 ? String(parts[1]) : nil
    self.version = version
    self.headers = headers
    self.remoteAddress = remoteAddress
    self.body = body
  }

  /// The value of the first field with this name, in any case of letters.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.equalsIgnoringASCIICase(name) }?.value
  }
}

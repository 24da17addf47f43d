/// The final answer to a request; interim ones (1xx) are passed over.
public struct IncomingResponse: Sendable {
  /// The status code, 200 to 599 from a sane server.
  public var status: Int
  /// The headers in the order of arrival, without trailers.
  public var headers: [HTTPField]
  /// The body, at most the request's `maxResponseBytes`, with no content coding undone.
  public var body: [UInt8]
  /// Whether the body was longer than what may be kept.
  public var isTruncated: Bool
  /// When the server's certificate ends, as OpenSSL writes it; nil without TLS, and unless the client's configuration
  /// asks for it.
  public var certificateExpiry: String?
  /// How many bytes are in the file of the request's `download`; nil where there is none.
  public var savedByteCount: Int64?

  /// The response of the given parts.
  public init(
    status: Int,
    headers: [HTTPField],
    body: [UInt8],
    isTruncated: Bool,
    certificateExpiry: String? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isTruncated = isTruncated
    self.certificateExpiry = certificateExpiry
  }

  /// The value of the first header of that name, in any case of its letters.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }
}

/// An answer. It is made once and may be sent any number of times, by any loop.
public final class HTTPResponse: Sendable {
  /// The status code, 200 to 599.
  public let status: Int
  /// The header fields that the maker gave it. The server adds `Date`, `Content-Length` and, where it closes the
  /// connection, `Connection: close`.
  public let headers: [HTTPHeaderField]
  /// The body.
  public let body: [UInt8]
  /// Whether the connection closes after this answer.
  public let closesConnection: Bool

  let native: NativeResponse

  /// Makes an answer; `status` is from 200 to 599. A field whose name or value is empty or holds line breaks or
  /// tabs is left out.
  public init(
    status: Int,
    headers: [HTTPHeaderField] = [],
    body: [UInt8] = [],
    closesConnection: Bool = false
  ) {
    precondition((200...599).contains(status), "an HTTP answer has a status from 200 to 599")
    self.status = status
    self.headers = headers
    self.body = body
    self.closesConnection = closesConnection
    native = NativeResponse(
      headers: closesConnection ? headers + [HTTPHeaderField("Connection", "close")] : headers,
      body: body
    )
  }

  /// The same answer with more fields.
  public func adding(_ fields: [HTTPHeaderField]) -> HTTPResponse {
    if fields.isEmpty { return self }
    return HTTPResponse(
      status: status,
      headers: headers + fields,
      body: body,
      closesConnection: closesConnection
    )
  }

  /// Makes an answer with a JSON text as its body.
  public convenience init(
    status: Int,
    json: String,
    headers: [HTTPHeaderField] = [],
    closesConnection: Bool = false
  ) {
    self.init(
      status: status,
      headers: [HTTPHeaderField("Content-Type", "application/json")] + headers,
      body: Array(json.utf8),
      closesConnection: closesConnection
    )
  }
}

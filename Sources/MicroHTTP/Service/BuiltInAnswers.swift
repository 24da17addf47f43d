/// The answers that the server gives by itself.
enum BuiltInAnswers {
  /// The framing is ambiguous or broken.
  static let badRequest = HTTPResponse(status: 400, json: #"{"error":"bad_request"}"#, closesConnection: true)
  /// The body is longer than the service wants.
  static let bodyTooLarge = HTTPResponse(
    status: 413,
    json: #"{"error":"body_too_large"}"#,
    closesConnection: true
  )
  /// Request line and fields are longer than `HTTPLimits.headerBytesMax`.
  static let headersTooLarge = HTTPResponse(
    status: 431,
    json: #"{"error":"headers_too_large"}"#,
    closesConnection: true
  )
  /// Too many bytes of bodies in memory, or the service has not answered in time.
  static let unavailable = HTTPResponse(
    status: 503,
    json: #"{"error":"unavailable"}"#,
    headers: [HTTPHeaderField("Retry-After", "5")]
  )

  /// For a request that is not here as a whole. libmicrohttpd cannot answer then, so these bytes go straight to
  /// the socket; nothing else is on its way there, because the answer before them has been sent.
  static let requestTimeoutBytes = rawAnswer("408 Request Timeout", #"{"error":"request_timeout"}"#)
  /// For a length, of a body or of a chunk, that libmicrohttpd cannot read.
  static let badRequestBytes = rawAnswer("400 Bad Request", #"{"error":"bad_request"}"#)
  /// For cookies of which libmicrohttpd's copy finds no room.
  static let headersTooLargeBytes = rawAnswer(
    "431 Request Header Fields Too Large",
    #"{"error":"headers_too_large"}"#
  )
  /// For a chunked body that goes on and on past its limit.
  static let bodyTooLargeBytes = rawAnswer("413 Content Too Large", #"{"error":"body_too_large"}"#)

  private static func rawAnswer(_ status: String, _ json: String) -> [UInt8] {
    let lines = [
      "HTTP/1.1 \(status)", "Connection: close", "Content-Type: application/json",
      "Content-Length: \(json.utf8.count)", "", json,
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }
}

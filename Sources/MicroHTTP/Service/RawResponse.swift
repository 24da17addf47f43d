/// An answer as bytes, for a request that is not here as a whole: libmicrohttpd cannot answer then, so they go straight
/// to the socket. Nothing else is on its way there, because the answer before them has been sent. The connection ends.
struct RawResponse: Equatable, Sendable {
  let status: Int
  let bytes: [UInt8]

  /// The framing is broken, or a length cannot be read.
  static let badRequest = RawResponse(400, "Bad Request", "bad_request")
  /// A body is longer than the service wants.
  static let bodyTooLarge = RawResponse(413, "Content Too Large", "body_too_large")
  /// Request line and fields are longer than `HTTPLimits.maxHeaderBytes`, or than a connection's memory.
  static let headersTooLarge = RawResponse(431, "Request Header Fields Too Large", "headers_too_large")
  /// The rest of a request did not come in time. It is no fault of the request, so it may come again.
  static let unavailable = RawResponse(503, "Service Unavailable", "unavailable", fields: ["Retry-After: 5"])
  /// Not HTTP/1.
  static let versionNotSupported = RawResponse(
    505,
    "HTTP Version Not Supported",
    "http_version_not_supported"
  )

  /// Which of them says what libmicrohttpd wants to say with a status of its own.
  init(insteadOfLibrarys status: Int) {
    self =
      switch status {
      case 413: .bodyTooLarge
      case 414, 431: .headersTooLarge
      case 505: .versionNotSupported
      case 500...: .unavailable
      default: .badRequest
      }
  }

  private init(_ status: Int, _ reason: String, _ error: String, fields: [String] = []) {
    let json = #"{"error":"\#(error)"}"#
    let lines =
      [
        "HTTP/1.1 \(status) \(reason)", "Connection: close", "Content-Type: application/json",
        "Content-Length: \(json.utf8.count)",
      ] + fields + ["", json]
    self.status = status
    bytes = Array(lines.joined(separator: "\r\n").utf8)
  }
}

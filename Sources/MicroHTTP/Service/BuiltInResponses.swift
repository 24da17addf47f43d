/// The answers that the server gives by itself to requests that are here.
enum BuiltInResponses {
  /// The framing is ambiguous or broken.
  static let badRequest = HTTPResponse(status: 400, json: #"{"error":"bad_request"}"#, closesConnection: true)
  /// The body is longer than the service wants.
  static let bodyTooLarge = HTTPResponse(
    status: 413,
    json: #"{"error":"body_too_large"}"#,
    closesConnection: true
  )
  /// Request line and fields are longer than `HTTPLimits.maxHeaderBytes`.
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
}

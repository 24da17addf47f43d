import LinqEvents
import MicroHTTP

/// A good answer of the API.
struct Reply: Equatable {
  let status: Int
  /// Nil for 204.
  let json: JSONValue?

  init(_ status: Int, _ json: JSONValue? = nil) {
    self.status = status
    self.json = json
  }

  var response: HTTPResponse {
    guard let json else { return HTTPResponse(status: status) }
    return HTTPResponse(status: status, body: json)
  }
}

extension HTTPResponse {
  convenience init(status: Int, headers: [HTTPHeaderField] = [], body: JSONValue) {
    self.init(
      status: status,
      headers: [HTTPHeaderField("Content-Type", "application/json; charset=utf-8")] + headers,
      body: body.compactBytes
    )
  }
}

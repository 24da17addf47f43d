import LinqEvents
import LinqhookHTTPClient

/// One call: what goes over the wire, and what it means to send it twice.
struct APICall: Sendable {
  enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  enum Body: Sendable {
    case none
    case json(JSONValue)
    case form([MultipartPart])
  }

  /// What a second copy of the request would do.
  enum Repetition: Sendable, Equatable {
    /// Nothing that the first did not do.
    case harmless
    /// Nothing, because Linq knows the first by this key.
    case keyed(IdempotencyKey)
    /// A second thing of the same kind, which can be seen in its list and deleted.
    case addsAnother
    /// A second message to a person.
    case sendsAgain
  }

  var version: APIVersion
  var method: Method
  /// What follows `/api/partner/v3/`.
  var path: String
  var query: [(name: String, value: String)] = []
  var body: Body = .none
  var repetition: Repetition = .harmless

  func request(to address: ServiceAddress, token: IntegrationToken, timeout: Duration) -> OutgoingRequest {
    var headers = [authorization(token), HTTPField("Accept", "application/json")]
    let outgoing: OutgoingRequest.Body
    switch body {
    case .none: outgoing = .none
    case .json(let value):
      headers.append(HTTPField("Content-Type", "application/json"))
      outgoing = .bytes(value.compactBytes)
    case .form(let parts): outgoing = .multipart(parts)
    }
    return OutgoingRequest(
      method: method.rawValue,
      url: "\(address)\(version.basePath)\(path)\(queryText)",
      headers: headers,
      body: outgoing,
      timeout: timeout,
      maxResponseBytes: 4 << 20
    )
  }

  /// Whether it takes the longer of the two time-outs.
  var carriesFile: Bool {
    guard case .form(let parts) = body else { return false }
    return parts.contains { if case .file = $0.content { true } else { false } }
  }

  /// Both versions take the same token, each in a header of its own.
  private func authorization(_ token: IntegrationToken) -> HTTPField {
    switch version {
    case .v2: HTTPField("X-LINQ-INTEGRATION-TOKEN", token.headerValue)
    case .v3: HTTPField("Authorization", "Bearer \(token.headerValue)")
    }
  }

  private var queryText: String {
    if query.isEmpty { return "" }
    return "?"
      + query.map { "\(PercentEncoding.text($0.name))=\(PercentEncoding.text($0.value))" }
      .joined(separator: "&")
  }
}

/// Percent-encoding of a query (RFC 3986, section 2.1): all but unreserved characters, so that the plus sign
/// of a phone number is not read as a blank.
enum PercentEncoding {
  private static let unreserved = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8
  )
  private static let digits = Array("0123456789ABCDEF".utf8)

  static func text(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      if unreserved.contains(byte) {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}

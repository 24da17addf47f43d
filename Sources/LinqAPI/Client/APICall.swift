import HTTPClient
import LinqEvents

/// One call: its request, and the effect of sending it twice.
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

  /// The effect of a second copy of the request.
  enum Repetition: Sendable, Equatable {
    /// The same as that of the first.
    case harmless
    /// None, because Linq recognizes the first by this key.
    case keyed(IdempotencyKey)
    /// A second object of the same kind, which can be listed and deleted.
    case addsAnother
    /// A second message to a person.
    case sendsAgain
  }

  var method: Method
  /// The path after `/api/partner/v2/`.
  var path: String
  var query: [(name: String, value: String)] = []
  var body: Body = .none
  var repetition: Repetition = .harmless

  func request(to address: ServiceAddress, token: IntegrationToken, timeoutSeconds: Double) -> OutgoingRequest
  {
    var headers = [
      HTTPField("X-LINQ-INTEGRATION-TOKEN", token.headerValue), HTTPField("Accept", "application/json"),
    ]
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
      url: "\(address)/api/partner/v2/\(path)\(queryText)",
      headers: headers,
      body: outgoing,
      timeoutSeconds: timeoutSeconds,
      responseBytesMax: 4 << 20
    )
  }

  private var queryText: String {
    if query.isEmpty { return "" }
    return "?"
      + query.map { "\(PercentEncoding.text($0.name))=\(PercentEncoding.text($0.value))" }
      .joined(separator: "&")
  }
}

/// Percent-encoding of a query (RFC 3986, section 2.1): all but unreserved characters, so that the plus sign
/// of a phone number is not read as a space.
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

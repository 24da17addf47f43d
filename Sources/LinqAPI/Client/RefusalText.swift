import FoundationEssentials
import ShownText

/// Turns an error answer of Linq into one sentence. Two forms are known:
/// `{"errors":[{"status","code","title","detail"}]}`, and from webhook subscriptions and contacts
/// `{"status","error_code","message","errors":["…"]}`.
enum RefusalText {
  static func sentence(status: Int, body: [UInt8]) -> String {
    let phrase = StatusText.phrase(status)
    let told = explanation(in: body).map { $0.without(prefix: "\(phrase ?? ""): ") }
    return "Linq answered \(status)\(phrase.map { " \($0)" } ?? "")"
      + "\(told.map { ": \($0)" } ?? ", with no explanation")\(told.stop)"
  }

  /// Nil when the body has neither form.
  private static func explanation(in body: [UInt8]) -> String? {
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else { return nil }
    let details = (answer.errors ?? []).map(\.text).filter { !$0.isEmpty }.joined(separator: "; ")
    let parts = [answer.message ?? "", details].filter { !$0.isEmpty }
    let text = parts.joined(separator: ": ")
    return text.isEmpty ? nil : String(Shown.line(text).prefix(500))
  }

  private struct Answer: Decodable {
    var message: String?
    var errors: [Detail]?
  }

  private enum Detail: Decodable {
    case titled(title: String?, detail: String?)
    case plain(String)

    private enum CodingKeys: CodingKey { case title, detail }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        self = .plain(text)
        return
      }
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self = .titled(
        title: try container.decodeIfPresent(String.self, forKey: .title),
        detail: try container.decodeIfPresent(String.self, forKey: .detail)
      )
    }

    var text: String {
      switch self {
      case .plain(let text): text
      case .titled(let title, let detail):
        [title, detail].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
      }
    }
  }
}

/// The reason phrases (RFC 9110, section 15) of the statuses that this API uses.
enum StatusText {
  static func phrase(_ status: Int) -> String? {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 409: "Conflict"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: nil
    }
  }
}

extension Optional<String> {
  /// Ends with a full stop.
  fileprivate var stop: String { self?.hasSuffix(".") == true ? "" : "." }
}

extension String {
  /// A title that only repeats the status is left out.
  fileprivate func without(prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}

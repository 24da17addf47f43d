import FoundationEssentials
import Pacing

/// Turns what Linq answers instead of a result into one sentence. Three shapes are known: V3's
/// `{"success":false,"error":{"status","code","message","doc_url"?,"retry_after"?},"trace_id"}`; V2's
/// `{"errors":[{"status","code","title","detail"}]}`; and, from V2's webhook subscriptions and contacts,
/// `{"status","error_code","message","errors":["…"]}`.
struct APIErrorText {
  /// What went wrong, in Linq's words.
  let sentence: String
  /// Linq's own number of the error; V3 only.
  let linqCode: Int?
  /// How long to wait; V3 only.
  let retryAfter: Duration?

  init(status: Int, body: [UInt8]) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let said = try? decoder.decode(ErrorBody.self, from: Data(body))
    linqCode = said?.error?.code
    retryAfter = said?.error?.retryAfter.flatMap { Duration(namedSeconds: $0) }
    let phrase = StatusText.phrase(status)
    let words = said?.words.map { $0.without(prefix: "\(phrase ?? ""): ") }
    sentence =
      "Linq answered \(status)\(phrase.map { " \($0)" } ?? "")"
      + "\(words.map { ": \($0)" } ?? ", with no explanation")\(words.stop)\(said?.reference ?? "")"
  }

  private struct ErrorBody: Decodable {
    var message: String?
    var errors: [Detail]?
    var error: V3Detail?
    var traceId: String?

    /// Nil when the body has none of the shapes.
    var words: String? {
      let details = (errors ?? []).map(\.text).filter { !$0.isEmpty }.joined(separator: "; ")
      let parts = [error?.message ?? message ?? "", details].filter { !$0.isEmpty }
      let text = parts.joined(separator: ": ")
      return text.isEmpty ? nil : String(text.printable.prefix(500))
    }

    /// What to look up or to quote to Linq.
    var reference: String {
      let code = error?.code.map { " (code \($0))" } ?? ""
      let page = error?.docUrl.map { " See \(String($0.printable.prefix(200)))." } ?? ""
      let trace = traceId.map { " Linq's trace is \(String($0.printable.prefix(64)))." } ?? ""
      return "\(code)\(page)\(trace)"
    }
  }

  private struct V3Detail: Decodable {
    var code: Int?
    var message: String?
    var docUrl: String?
    var retryAfter: Double?
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

/// Reason phrases of RFC 9110, section 15, as far as this API uses them.
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
  /// A full stop, unless the text brings its own.
  fileprivate var stop: String { self?.hasSuffix(".") == true ? "" : "." }
}

extension String {
  /// A title that only repeats the status is left out.
  fileprivate func without(prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }

  /// Without control characters: what a server says ends on a terminal.
  var printable: String {
    String(
      String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 })
    )
  }
}

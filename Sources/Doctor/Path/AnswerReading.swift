import LinqEvents
import LinqhookHTTPClient

/// Reads the answer that a probe got: whether it is ours, and if not, who gave it.
struct AnswerReading {
  let response: IncomingResponse
  let path: String

  /// `accepted` or `duplicate`; nil for any other answer.
  var status: String? { response.status == 200 ? member("status") : nil }

  /// Our code in an answer that says no, for example `invalid_signature`.
  var errorCode: String? { member("error") }

  /// The program that names itself, in brackets.
  private var server: String {
    response.header("Server").map { " (Server: \($0))" } ?? ""
  }

  private func member(_ name: String) -> String? {
    (try? JSONValue(parsing: response.body.span))?[member: name]?.string
  }

  /// What is wrong with an answer that is not ours.
  var strangeFinding: Finding {
    let status = response.status
    return switch status {
    case 300..<400:
      Finding(
        .problem,
        "redirect",
        "the address answers \(status) to \(response.header("Location") ?? "nowhere"). Linq does not follow redirects. Put the final address into the subscription, or serve this one directly."
      )
    case 404, 410:
      Finding(
        .problem,
        "path",
        "something in front of the receiver answers \(status)\(server), and Linq never repeats after that. Let the proxy pass \(path) on unchanged."
      )
    case 401, 403, 407:
      Finding(
        .problem,
        "proxy",
        "something in front of the receiver answers \(status)\(server): it wants a login, or blocks the sender. Exempt \(path); the signature is the login."
      )
    case 405, 501:
      Finding(
        .problem,
        "proxy",
        "something in front of the receiver does not let POST through: \(status)\(server)."
      )
    case 413:
      Finding(
        .problem,
        "body limit",
        "the proxy refuses the body: 413\(server). Raise its limit to the endpoint's max_body."
      )
    case 431, 400, 414:
      Finding(
        .problem,
        "proxy",
        "the proxy refuses the request as it is: \(status)\(server). Look into its error log."
      )
    case 429:
      Finding(
        .warning,
        "proxy",
        "the proxy limits requests: 429\(server). Linq repeats, but later. Raise the limit."
      )
    case 502, 503, 504:
      Finding(
        .problem,
        "proxy",
        "the proxy cannot reach the receiver: \(status)\(server). Check that it passes requests to the address of `listen`, and that the receiver runs."
      )
    case 500..<600:
      Finding(.problem, "proxy", "the proxy fails: \(status)\(server). Look into its error log.")
    default:
      Finding(
        .problem,
        "receiver",
        "another program answers there: \(status)\(server), not in linqhook's words. Events are lost with each 2xx of it. Point the proxy at the receiver."
      )
    }
  }
}

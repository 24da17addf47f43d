import LinqEvents
import LinqhookHTTPClient

// Proxies have limits of their own for bodies (nginx: 1 MiB). A 413 is final for Linq.

extension PathExamination {
  /// No event of Linq's is near this.
  private static var largestProbeBytes: Int { 4 << 20 }
  private static var smallestProbeBytes: Int { 1 << 10 }

  /// Whether a body of `max_body` passes, and if not, about how much does.
  package mutating func bodyLimit() async -> [Finding] {
    let whole = min(endpoint.maxBodyBytes, Self.largestProbeBytes)
    let scheme = endpoint.secret == nil ? nil : endpoint.schemes.first
    let exchange: Exchange
    switch await post(scheme, byteCount: whole) {
    case .answered(let answered): exchange = answered
    case .failed(let failure):
      return [
        Finding(.problem, "body limit", "a body of \(whole) bytes gets no answer. \(failure.text)")
      ]
    }
    let finding = await judge(exchange)
    if finding.level == .good { return [Finding(.good, "body limit", "a body of \(whole) bytes passes.")] }
    guard exchange.response.status == 413 else {
      return [Finding(.problem, "body limit", "of a body of \(whole) bytes: \(finding.text)")]
    }
    let passing = await largestPassing(below: whole, scheme)
    let limit =
      passing.map { "\($0) bytes pass, \($0 * 2) do not" } ?? "not even \(Self.smallestProbeBytes) bytes pass"
    return [
      Finding(
        .problem,
        "body limit",
        "bodies of `max_body`, \(endpoint.maxBodyBytes) bytes, are refused with 413 on their way: \(limit). Linq never repeats after that. Raise the proxy's limit (nginx: client_max_body_size; Caddy: request_body max_size)."
      )
    ]
  }

  private mutating func largestPassing(below whole: Int, _ scheme: SignatureScheme?) async -> Int? {
    var size = whole / 2
    while size >= Self.smallestProbeBytes {
      if case .answered(let exchange) = await post(scheme, byteCount: size), exchange.response.status != 413 {
        return size
      }
      size /= 2
    }
    return nil
  }
}

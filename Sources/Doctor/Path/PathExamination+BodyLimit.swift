import LinqEvents
import LinqhookHTTPClient

// Proxies have limits of their own for bodies (nginx: 1 MiB). Most answer 413, which is final for Linq; Caddy 2.6 answers
// 502.

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
    // A limit of requests, for example, says nothing about bodies.
    if finding.level == .warning { return [Finding(.warning, "body limit", "not known: \(finding.text)")] }
    let status = exchange.response.status
    let passing = await largestPassing(below: whole, scheme)
    guard status == 413 || passing != nil else {
      return [Finding(.problem, "body limit", "of a body of \(whole) bytes: \(finding.text)")]
    }
    let limit =
      passing.map { "\($0) bytes pass, \($0 * 2) do not" } ?? "not even \(Self.smallestProbeBytes) bytes pass"
    let consequence =
      status == 413
      ? "Linq never repeats after that." : "Each time that Linq repeats the event it fails again."
    return [
      Finding(
        .problem,
        "body limit",
        "bodies of `max_body`, \(endpoint.maxBodyBytes) bytes, are refused with \(status) on their way: \(limit). \(consequence) Raise the proxy's limit (nginx: client_max_body_size; Caddy: request_body max_size)."
      )
    ]
  }

  private mutating func largestPassing(below whole: Int, _ scheme: SignatureScheme?) async -> Int? {
    var size = whole / 2
    while size >= Self.smallestProbeBytes {
      if case .answered(let exchange) = await post(scheme, byteCount: size),
        await judge(exchange).level == .good
      {
        return size
      }
      size /= 2
    }
    return nil
  }
}

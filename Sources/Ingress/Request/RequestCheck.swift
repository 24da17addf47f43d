import LinqEvents
import LinqhookInbox

/// Whether an endpoint takes a request, judged by its signature.
enum RequestCheck {
  /// The sender knows a secret.
  case verified(SignatureMatch)
  /// It is not signed and need not be.
  case unsigned
  /// The sender knows a secret, but the stamp was outside the tolerance when it came.
  case stale(SignatureMatch, skewSeconds: Int64)
  /// Nothing shows that the sender knows a secret.
  case refused(SignatureRefusal)
}

extension Endpoint {
  /// Checks one request by the time at which it was received.
  func verdict(
    _ headers: SignatureHeaders,
    body: [UInt8],
    receivedAtMilliseconds: Int64
  ) -> RequestCheck {
    if allowsUnsigned, verifier == nil || !headers.containsSignature { return .unsigned }
    guard let verifier else { return .refused(.noSignature) }
    switch verifier.verify(headers, body: body.span, nowSeconds: receivedAtMilliseconds / 1000) {
    case .verified(let match): return .verified(match)
    case .stale(let match, let skewSeconds): return .stale(match, skewSeconds: skewSeconds)
    case .refused(let refusal): return .refused(refusal)
    }
  }
}

extension Freshness {
  /// What the signature of a request shows; nil where it has none and needs none.
  init(_ match: SignatureMatch?) {
    switch match {
    case nil: self = .unsigned
    case let match?: self = match.timestampSeconds == nil ? .createdAt : .proven
    }
  }
}

import LinqEvents
import LinqhookAuthentication
import LinqhookHTTPClient

/// Signs one try as Linq does: V2 with one header, V3 with both of its sets; nothing without a secret.
enum DeliverySignature {
  static func headers(
    for event: EventBody,
    subscriptionID: String,
    secret: String?,
    timestampSeconds: Int64
  ) -> [HTTPField] {
    var headers = [HTTPField("Content-Type", "application/json")]
    guard let secret else { return headers }
    for scheme in event.form == .v2 ? [SignatureScheme.v2] : [.v3, .standard] {
      // Fails only for an empty secret, which no subscription has, or without memory; the try is unsigned
      // then.
      guard let secret = try? Secret(secret),
        let signer = try? SignatureSigner(scheme: scheme, secret: secret)
      else { continue }
      headers += signer.headers(
        eventID: event.id,
        eventType: event.type,
        subscriptionID: subscriptionID,
        timestampSeconds: timestampSeconds,
        body: event.bytes.span
      ).map { HTTPField($0.name, $0.value) }
    }
    return headers
  }
}

/// The ways in which Linq signs a delivery. All are HMAC-SHA256 over the raw bytes of the body.
public enum SignatureScheme: String, Sendable, CaseIterable {
  /// Partner API V2: `X-Webhook-Signature: sha256=<hex>` over the body. No timestamp, so a captured
  /// request stays valid; only deduplication stops its replay.
  case v2

  /// The older headers of V3: `X-Webhook-Signature: <hex>` over `{X-Webhook-Timestamp}.{body}`.
  case v3

  /// Standard Webhooks 1.0: `webhook-signature`, a list of `v1,<base64>`, over
  /// `{webhook-id}.{webhook-timestamp}.{body}`.
  case standard
}

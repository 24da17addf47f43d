/// The headers of a request that have to do with its signature, as they came.
public struct SignatureHeaders: Sendable, Equatable {
  /// Header names as Linq writes them; compare without regard to case.
  public enum Name {
    /// V2 and V3: the signature in hexadecimal digits.
    public static let xWebhookSignature = "X-Webhook-Signature"
    /// V3: Unix seconds.
    public static let xWebhookTimestamp = "X-Webhook-Timestamp"
    /// V3: the event type; not signed.
    public static let xWebhookEvent = "X-Webhook-Event"
    /// V3: the subscription; not signed.
    public static let xWebhookSubscriptionID = "X-Webhook-Subscription-ID"
    /// Standard Webhooks: the event id.
    public static let webhookID = "webhook-id"
    /// Standard Webhooks: Unix seconds.
    public static let webhookTimestamp = "webhook-timestamp"
    /// Standard Webhooks: a list of signatures.
    public static let webhookSignature = "webhook-signature"

    /// Every name above.
    public static let all = [
      xWebhookSignature, xWebhookTimestamp, xWebhookEvent, xWebhookSubscriptionID,
      webhookID, webhookTimestamp, webhookSignature,
    ]
  }

  /// The value of ``Name/xWebhookSignature``.
  public var xWebhookSignature: String?
  /// The value of ``Name/xWebhookTimestamp``.
  public var xWebhookTimestamp: String?
  /// The value of ``Name/webhookID``.
  public var webhookID: String?
  /// The value of ``Name/webhookTimestamp``.
  public var webhookTimestamp: String?
  /// The value of ``Name/webhookSignature``.
  public var webhookSignature: String?

  /// Takes the values that are there.
  public init(
    xWebhookSignature: String? = nil,
    xWebhookTimestamp: String? = nil,
    webhookID: String? = nil,
    webhookTimestamp: String? = nil,
    webhookSignature: String? = nil
  ) {
    self.xWebhookSignature = xWebhookSignature
    self.xWebhookTimestamp = xWebhookTimestamp
    self.webhookID = webhookID
    self.webhookTimestamp = webhookTimestamp
    self.webhookSignature = webhookSignature
  }

  /// Asks `value` for each header by its name; `value` must disregard case.
  public init(valueOf value: (String) -> String?) {
    self.init(
      xWebhookSignature: value(Name.xWebhookSignature),
      xWebhookTimestamp: value(Name.xWebhookTimestamp),
      webhookID: value(Name.webhookID),
      webhookTimestamp: value(Name.webhookTimestamp),
      webhookSignature: value(Name.webhookSignature)
    )
  }
}

extension String {
  /// Without the optional white space (RFC 9110, section 5.6.3) at both ends; itself when there is none.
  var withoutOptionalWhitespace: String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    guard let first = utf8.first, let last = utf8.last, isBlank(first) || isBlank(last) else { return self }
    guard let start = utf8.firstIndex(where: { !isBlank($0) }),
      let end = utf8.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(self[start...end])
  }
}

extension SignatureHeaders {
  /// Whether they carry a signature that is well formed by some scheme, enabled or not: one that could hold under
  /// some secret.
  public var isWellFormed: Bool {
    SignatureScheme.allCases.contains { scheme in
      do throws(SignatureRefusal) {
        _ = try SignatureAttempt(scheme, self)
        return true
      } catch {
        return false
      }
    }
  }
}

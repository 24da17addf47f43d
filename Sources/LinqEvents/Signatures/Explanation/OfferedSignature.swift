internal import LinqhookAuthentication

/// A signature that a request carries, read generously: whatever spells 32 bytes counts.
struct OfferedSignature {
  /// How it is spelt, worded to follow "written as".
  let form: String
  let code: AuthenticationCode

  /// Every signature in both headers.
  static func all(in headers: SignatureHeaders) -> [OfferedSignature] {
    let entries =
      (headers.xWebhookSignature ?? "").split(separator: " ").map { ($0, "X-Webhook-Signature") }
      + (headers.webhookSignature ?? "").split(separator: " ").map { ($0, "webhook-signature") }
    return entries.prefix(2 * SignatureCandidates.maxCount).compactMap {
      OfferedSignature(String($0), in: $1)
    }
  }

  /// The form in which a scheme is written.
  static func form(of scheme: SignatureScheme) -> String {
    switch scheme {
    case .v2: form("sha256=", "hexadecimal digits", "X-Webhook-Signature")
    case .v3: form("", "hexadecimal digits", "X-Webhook-Signature")
    case .standard: form("v1,", "base64", "webhook-signature")
    }
  }

  private init?(_ entry: String, in header: String) {
    let prefix = ["sha256=", "v1,"].first { entry.hasPrefix($0) } ?? ""
    let text = String(entry.dropFirst(prefix.count)).withoutOptionalWhitespace
    if let code = Hexadecimal.authenticationCode(from: text.utf8.span) {
      (self.code, form) = (code, Self.form(prefix, "hexadecimal digits", header))
    } else if let bytes = Base64.secret(from: text.utf8.span),
      let code = bytes.withBytes({ AuthenticationCode($0) })
    {
      (self.code, form) = (code, Self.form(prefix, "base64", header))
    } else {
      return nil
    }
  }

  private static func form(_ prefix: String, _ digits: String, _ header: String) -> String {
    (prefix.isEmpty ? "bare " : "\(prefix) and ") + digits + " in \(header)"
  }
}

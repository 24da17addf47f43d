/// One path that receives webhooks.
public struct EndpointSettings: Sendable, Equatable {
  /// The path, matched exactly; begins with `/`.
  public var path: String
  /// The signing secrets that are accepted, in the order of the file. Empty only with `allowsUnsigned`.
  public var secrets: [ConfiguredSecret]
  /// The signature schemes that are accepted.
  public var schemes: [SchemeName]
  /// How far a timestamp may be from this machine's clock, either way.
  public var tolerance: Duration
  /// The longest body that is read.
  public var maxBodyBytes: Int
  /// Whether secrets are taken that give a key of fewer than 16 bytes.
  public var allowsWeakSecrets: Bool
  /// Whether a request without a signature is taken.
  public var allowsUnsigned: Bool
  /// The statuses of the refusals that may be chosen.
  public var answers: AnswerSettings

  /// An endpoint at `path` with the defaults for everything else.
  public init(
    path: String = "/webhooks/linq",
    secrets: [ConfiguredSecret] = [],
    schemes: [SchemeName] = SchemeName.allCases,
    tolerance: Duration = .seconds(300),
    maxBodyBytes: Int = 1 << 20,
    allowsWeakSecrets: Bool = false,
    allowsUnsigned: Bool = false,
    answers: AnswerSettings = AnswerSettings()
  ) {
    self.path = path
    self.secrets = secrets
    self.schemes = schemes
    self.tolerance = tolerance
    self.maxBodyBytes = maxBodyBytes
    self.allowsWeakSecrets = allowsWeakSecrets
    self.allowsUnsigned = allowsUnsigned
    self.answers = answers
  }
}

/// A signature scheme, as the configuration names it.
public enum SchemeName: String, Sendable, CaseIterable {
  /// `X-Webhook-Signature: sha256=` over the body.
  case v2
  /// `X-Webhook-Timestamp` and a bare hexadecimal `X-Webhook-Signature`.
  case v3
  /// Standard Webhooks 1.0.
  case standard
}

public import LinqhookAuthentication

/// Says in words why a request verifies or does not, for `linqhook verify --explain`.
///
/// When nothing verifies, it tries what commonly goes wrong: another scheme or reading of the secret, a secret with
/// blanks, quotes or a name around it or in another spelling, a
/// signature in another spelling, a timestamp in milliseconds, a body whose line ends or JSON were touched.
/// It never shows a signature that would have been right, as its reader could send that.
public struct SignatureExplanation: Sendable {
  /// What the verifier says.
  public let verdict: SignatureVerdict

  /// Whole sentences, the most important first.
  public let sentences: [String]

  /// Examines one request by the settings of a verifier. `nowSeconds` is the wall clock in Unix seconds.
  public init(
    of headers: SignatureHeaders,
    body: [UInt8],
    secrets: [Secret],
    schemes: Set<SignatureScheme>,
    toleranceSeconds: Int64,
    nowSeconds: Int64
  ) throws(SignatureVerifier.SetupError) {
    let verifier = try SignatureVerifier(
      secrets: secrets,
      schemes: schemes,
      toleranceSeconds: toleranceSeconds
    )
    let verdict = verifier.verify(headers, body: body.span, nowSeconds: nowSeconds)
    self.verdict = verdict
    switch verdict {
    case .verified(let match): sentences = [Self.sentence(for: match)]
    case .stale(let match, let skewSeconds):
      sentences = [
        Self.sentence(for: match), Self.sentence(forSkew: skewSeconds, toleranceSeconds: toleranceSeconds),
      ]
    case .refused(let refusal):
      let finding: SignatureSearch.Finding?
      do { finding = try SignatureSearch.firstMatch(secrets: secrets, headers: headers, body: body) } catch {
        throw .authentication(error)
      }
      sentences =
        [Self.sentence(for: refusal)] + Self.sentences(for: finding, enabled: schemes)
        + Self.sentences(aboutTimestampsIn: headers)
    }
  }

  private static func sentence(for match: SignatureMatch) -> String {
    "The signature holds: scheme \(match.scheme.rawValue), secret number \(match.secretIndex), "
      + "key read as \(words(for: match.keyReading))."
  }

  private static func sentence(forSkew skewSeconds: Int64, toleranceSeconds: Int64) -> String {
    let direction = skewSeconds > 0 ? "before" : "after"
    return "But its timestamp lies \(skewSeconds.magnitude) seconds \(direction) the time of this check, and "
      + "the tolerance is \(toleranceSeconds) seconds: compare the clocks, or give the time of receipt."
  }

  private static func words(for reading: KeyReading) -> String {
    switch reading {
    case .ownBytes: "the text's own bytes"
    case .base64Decoded: "base64"
    case .prefixRemoved: "the bytes after whsec_"
    case .otherAlphabet: "the text's own bytes with + and / for - and _"
    }
  }
}

// What to say when nothing verified.
extension SignatureExplanation {
  private static func sentence(for refusal: SignatureRefusal) -> String {
    switch refusal {
    case .noSignature:
      "The request carries no signature in the form of an enabled scheme; its names are "
        + "X-Webhook-Signature and webhook-signature."
    case .unsupportedVersion: "The webhook-signature header holds no entry of version v1."
    case .malformedSignature: "The signature is cut short or not in the spelling of its scheme."
    case .missingID: "The webhook-id header is missing, and the Standard Webhooks scheme signs it."
    case .malformedID:
      "The webhook-id header is not 1 to 255 visible ASCII characters without a dot."
    case .missingTimestamp: "The timestamp header is missing, and the scheme signs it."
    case .malformedTimestamp: "The timestamp header is not a whole number of Unix seconds."
    case .mismatch: "The signature is well formed, but no configured secret gives it for these bytes."
    }
  }

  private static func sentences(
    for finding: SignatureSearch.Finding?,
    enabled: Set<SignatureScheme>
  ) -> [String] {
    guard let finding else {
      return [
        """
        No secret, scheme or known change to the body gives it either: check that the secret is this \
        subscription's, and that nothing on the way changed the body.
        """
      ]
    }
    let scheme = finding.scheme.rawValue
    var sentences = [
      "It would hold by scheme \(scheme) under secret number \(finding.secretIndex), key read as "
        + "\(words(for: finding.key.reading)), with these differences:"
    ]
    if let change = finding.secretChange {
      sentences.append("It holds only if \(change): write the secret so where the receiver takes it from.")
    }
    if let change = finding.bodyChange {
      sentences.append("It holds only if \(change): something on the way touched the body.")
    }
    if finding.form != OfferedSignature.form(of: finding.scheme) {
      sentences.append(
        "It is written as \(finding.form); scheme \(scheme) is written as "
          + "\(OfferedSignature.form(of: finding.scheme))."
      )
    }
    if let header = finding.timestampHeader, header != usualTimestampHeader(of: finding.scheme) {
      sentences.append("The time that it signs is that of \(header), the header of another scheme.")
    }
    if !enabled.contains(finding.scheme) { sentences.append("Scheme \(scheme) is not enabled here.") }
    return sentences
  }

  private static func usualTimestampHeader(of scheme: SignatureScheme) -> String {
    scheme == .standard ? SignatureHeaders.Name.webhookTimestamp : SignatureHeaders.Name.xWebhookTimestamp
  }

  private static func sentences(aboutTimestampsIn headers: SignatureHeaders) -> [String] {
    typealias Name = SignatureHeaders.Name
    let stamps = [
      (Name.xWebhookTimestamp, headers.xWebhookTimestamp), (Name.webhookTimestamp, headers.webhookTimestamp),
    ]
    return stamps.compactMap { name, value in
      guard let digits = value?.withoutOptionalWhitespace.utf8.count, digits == 13 else { return nil }
      return "\(name) has 13 digits, as milliseconds have; it must be Unix seconds."
    }
  }
}

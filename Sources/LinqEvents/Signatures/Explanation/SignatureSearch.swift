internal import LinqhookAuthentication

/// Looks for the way of signing that would have given a signature that a request carries.
struct SignatureSearch {
  /// What was found, without anything that could be sent in place of a signature.
  struct Finding {
    let scheme: SignatureScheme
    let key: VerificationKey
    let secretIndex: Int
    var secretChange: String?
    let bodyChange: String?
    let timestampHeader: String?
    let form: String
  }

  private struct Attempt {
    let scheme: SignatureScheme
    let message: SignedMessage
    let timestampHeader: String?
  }

  let keys: VerificationKeys
  let headers: SignatureHeaders

  /// The first match: with the secrets as they are before any change to them, and with the body as it is before any
  /// change to that; nil when nothing matches.
  static func firstMatch(secrets: [Secret], headers: SignatureHeaders, body: [UInt8])
    throws(AuthenticationError)
    -> Finding?
  {
    let search = SignatureSearch(keys: try VerificationKeys(secrets: secrets), headers: headers)
    if let finding = search.firstMatch(body: body) { return finding }
    let variants = SecretVariant.all(of: secrets)
    let others = SignatureSearch(
      keys: try VerificationKeys(secrets: variants.map(\.secret)),
      headers: headers
    )
    guard let finding = others.firstMatch(body: body) else { return nil }
    let variant = variants[finding.key.secretIndex]
    return Finding(
      scheme: finding.scheme,
      key: finding.key,
      secretIndex: variant.index,
      secretChange: variant.change,
      bodyChange: finding.bodyChange,
      timestampHeader: finding.timestampHeader,
      form: finding.form
    )
  }

  /// The first match, the body as it is before any change to it; nil when nothing matches.
  func firstMatch(body: [UInt8]) -> Finding? {
    let offered = OfferedSignature.all(in: headers)
    guard !offered.isEmpty else { return nil }
    for (index, variant) in BodyVariant.all(of: body).enumerated() {
      for attempt in attempts {
        for key in keys[attempt.scheme] {
          let code = attempt.message.authenticationCode(under: key.key, body: variant.bytes.span)
          guard let match = offered.first(where: { $0.code.isEqual(to: code) }) else { continue }
          return Finding(
            scheme: attempt.scheme,
            key: key,
            secretIndex: key.secretIndex,
            bodyChange: index == 0 ? nil : variant.change,
            timestampHeader: attempt.timestampHeader,
            form: match.form
          )
        }
      }
    }
    return nil
  }

  /// Every scheme with every timestamp that the request carries, well formed or not.
  private var attempts: [Attempt] {
    typealias Name = SignatureHeaders.Name
    let stamps = [
      (Name.xWebhookTimestamp, headers.xWebhookTimestamp), (Name.webhookTimestamp, headers.webhookTimestamp),
    ].compactMap { name, value in value.map { (name, $0.withoutOptionalWhitespace) } }
    var attempts = [Attempt(scheme: .v2, message: .bodyOnly, timestampHeader: nil)]
    for (name, stamp) in stamps {
      attempts.append(.init(scheme: .v3, message: .stamped(timestamp: stamp), timestampHeader: name))
      guard let id = headers.webhookID?.withoutOptionalWhitespace else { continue }
      attempts.append(
        .init(scheme: .standard, message: .identified(id: id, timestamp: stamp), timestampHeader: name)
      )
    }
    return attempts
  }
}

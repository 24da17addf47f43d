public import LinqhookAuthentication

/// A header to send.
public struct SignatureHeader: Sendable, Equatable {
  /// The name as Linq writes it.
  public let name: String
  /// The value.
  public let value: String
}

/// Signs deliveries as Linq does, for the commands that play Linq's part and for events that are handed on.
public struct SignatureSigner: Sendable {
  /// The scheme that is signed by.
  public let scheme: SignatureScheme

  private let key: HMACSHA256Key

  /// Prepares the key: for ``SignatureScheme/v2`` and ``SignatureScheme/v3`` the secret's own bytes, for
  /// ``SignatureScheme/standard`` what it decodes to as base64 after `whsec_`, or its own bytes when it does
  /// not decode.
  public init(scheme: SignatureScheme, secret: Secret) throws(AuthenticationError) {
    self.scheme = scheme
    let reading: KeyReading = scheme == .standard ? .base64Decoded : .ownBytes
    key = try HMACSHA256Key(reading.key(from: secret) ?? secret)
  }

  /// The headers for `body`, in the order in which Linq lists them.
  ///
  /// `eventID` is signed and sent by ``SignatureScheme/standard`` only; a verifier refuses it unless it is 1 to
  /// 255 visible ASCII characters without a dot. `eventType` and `subscriptionID` are sent, unsigned, by
  /// ``SignatureScheme/v3`` when they are given.
  public func headers(
    eventID: String,
    eventType: String? = nil,
    subscriptionID: String? = nil,
    timestampSeconds: Int64,
    body: Span<UInt8>
  ) -> [SignatureHeader] {
    typealias Name = SignatureHeaders.Name
    let timestamp = String(timestampSeconds)
    switch scheme {
    case .v2:
      let code = SignedMessage.bodyOnly.authenticationCode(under: key, body: body)
      return [.init(name: Name.xWebhookSignature, value: "sha256=" + Hexadecimal.text(of: code.bytes.span))]
    case .v3:
      let code = SignedMessage.stamped(timestamp: timestamp).authenticationCode(under: key, body: body)
      let unsigned = [(Name.xWebhookEvent, eventType), (Name.xWebhookSubscriptionID, subscriptionID)]
      return [
        .init(name: Name.xWebhookTimestamp, value: timestamp),
        .init(name: Name.xWebhookSignature, value: Hexadecimal.text(of: code.bytes.span)),
      ] + unsigned.compactMap { name, value in value.map { SignatureHeader(name: name, value: $0) } }
    case .standard:
      let message = SignedMessage.identified(id: eventID, timestamp: timestamp)
      let code = message.authenticationCode(under: key, body: body)
      return [
        .init(name: Name.webhookID, value: eventID),
        .init(name: Name.webhookTimestamp, value: timestamp),
        .init(name: Name.webhookSignature, value: "v1," + Base64.text(of: code.bytes.span)),
      ]
    }
  }
}

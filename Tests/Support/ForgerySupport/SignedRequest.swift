public import LinqEvents
public import LinqhookAuthentication

/// A request's signature headers and body.
public struct SignedRequest: Sendable {
  /// In order, names in any case.
  public var headers: [(name: String, value: String)]
  /// The raw bytes.
  public var body: [UInt8]

  /// Signs a body as Linq does.
  public init(
    _ body: [UInt8],
    scheme: SignatureScheme,
    secret: Secret,
    id: String,
    timestampSeconds: Int64
  ) throws {
    let signer = try SignatureSigner(scheme: scheme, secret: secret)
    headers = signer.headers(eventID: id, timestampSeconds: timestampSeconds, body: body.span)
      .map { ($0.name, $0.value) }
    self.body = body
  }

  /// The first value of a header, without blanks around it.
  public func value(of name: String) -> String? {
    let value = headers.first { $0.name.lowercased() == name.lowercased() }?.value
    guard let value else { return nil }
    return String(
      value.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
    )
  }

  /// Whether this says no more than the genuine request: the same bytes under the same id and time, and its
  /// signature, of which hexadecimal digits may be in either case and lists may have others beside.
  func repeats(_ genuine: SignedRequest) -> Bool {
    guard body == genuine.body else { return false }
    let names = SignatureHeaders.Name.self
    let signedNames = [names.xWebhookTimestamp, names.webhookID, names.webhookTimestamp]
    for name in signedNames where genuine.value(of: name) != nil {
      guard value(of: name) == genuine.value(of: name) else { return false }
    }
    if let signature = genuine.value(of: names.webhookSignature) {
      return value(of: names.webhookSignature)?.split(separator: " ").contains(Substring(signature)) == true
    }
    return value(of: names.xWebhookSignature)?.lowercased()
      == genuine.value(of: names.xWebhookSignature)?.lowercased()
  }
}

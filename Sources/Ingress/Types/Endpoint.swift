public import LinqEvents
public import MicroHTTP

/// One path that takes events, with the rules for what it accepts.
public struct Endpoint: Sendable {
  /// The exact path, for example `/webhooks/linq`.
  public var path: String
  /// Checks signatures; nil where the endpoint has no secret, which `allowsUnsigned` must then permit.
  public var verifier: SignatureVerifier?
  /// Whether a request without any signature header is taken as it is. Only for receivers that nobody else
  /// can reach: the configuration insists on a loopback or unix address.
  public var allowsUnsigned: Bool
  /// The largest body, in bytes.
  public var maxBodyBytes: Int
  /// The status for a missing or wrong signature.
  public var badSignatureStatus: Int
  /// The status for a good signature with a timestamp outside the tolerance. Linq stamps each retry again,
  /// so a retryable status costs nothing and a final one loses the event.
  public var staleStatus: Int
  /// Headers of the answers with 2xx, besides linqhook's own.
  public var acceptedFields: [HTTPHeaderField]
  /// Says in whole sentences why a request's signature matches nothing, given its headers, its body and the time in
  /// Unix seconds; never holds a secret or a signature. Nil where nobody can say more.
  public var explanation: Explanation?

  /// See ``explanation``.
  public typealias Explanation = @Sendable (SignatureHeaders, [UInt8], Int64) -> [String]

  /// An endpoint of the given parts.
  public init(
    path: String,
    verifier: SignatureVerifier?,
    allowsUnsigned: Bool = false,
    maxBodyBytes: Int = 1 << 20,
    badSignatureStatus: Int = 401,
    staleStatus: Int = 503,
    acceptedFields: [HTTPHeaderField] = [],
    explanation: Explanation? = nil
  ) {
    self.path = path
    self.verifier = verifier
    self.allowsUnsigned = allowsUnsigned
    self.maxBodyBytes = maxBodyBytes
    self.badSignatureStatus = badSignatureStatus
    self.staleStatus = staleStatus
    self.acceptedFields = acceptedFields
    self.explanation = explanation
  }
}

public import LinqEvents
public import LinqhookHTTPClient

/// Where events are posted to, and how.
public struct HTTPForwardHandlerOptions: Sendable {
  /// The target, an absolute `http` or `https` URL.
  public var url: String
  /// Signs what is posted, by the Standard Webhooks scheme; nil posts unsigned.
  public var signer: SignatureSigner?
  /// Headers on every request. One with the name of a header that the handler sets takes its place.
  public var headers: [HTTPField]
  /// How long an exchange may take, in seconds.
  public var timeout: Duration
  /// Answers with these statuses make an event a dead letter at once; all others beside 2xx are tried again.
  public var finalStatuses: Set<Int>
  /// How many connections may be open at once, from 1: as many as events are handed over at once.
  public var maxConnections: Int
  /// A file of PEM certificates that are trusted beside the system's.
  public var certificateAuthorityFile: String?

  /// Options of the given parts.
  public init(
    url: String,
    signer: SignatureSigner?,
    headers: [HTTPField],
    timeout: Duration,
    finalStatuses: Set<Int>,
    maxConnections: Int,
    certificateAuthorityFile: String?
  ) {
    self.url = url
    self.signer = signer
    self.headers = headers
    self.timeout = timeout
    self.finalStatuses = finalStatuses
    self.maxConnections = maxConnections
    self.certificateAuthorityFile = certificateAuthorityFile
  }
}

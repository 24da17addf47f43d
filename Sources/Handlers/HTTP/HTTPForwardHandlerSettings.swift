public import LinqEvents
public import LinqhookHTTPClient

/// Where events are posted to, and how.
public struct HTTPForwardHandlerSettings: Sendable {
  /// The target, an absolute `http` or `https` URL.
  public var url: String
  /// Signs what is posted, by the Standard Webhooks scheme; nil posts unsigned.
  public var signer: SignatureSigner?
  /// Headers on every request. One with the name of a header that the handler sets takes its place.
  public var headers: [HTTPField]
  /// How long an exchange may take, in seconds.
  public var timeoutSeconds: Double
  /// Answers with these statuses make an event a dead letter at once; all others beside 2xx are tried again.
  public var finalStatuses: Set<Int>
  /// How many connections may be open at once, from 1: as many as events are handed over at once.
  public var maxConnections: Int
  /// A file of PEM certificates that are trusted beside the system's.
  public var certificateAuthorityFile: String?

  /// What says that this very event cannot be taken: its form, its length, its method.
  public static let finalStatusesDefault: Set<Int> = [
    400, 405, 410, 411, 413, 414, 415, 422, 431, 501, 505,
  ]

  /// Settings with the defaults of the configuration.
  public init(
    url: String,
    signer: SignatureSigner? = nil,
    headers: [HTTPField] = [],
    timeoutSeconds: Double = 10,
    finalStatuses: Set<Int> = HTTPForwardHandlerSettings.finalStatusesDefault,
    maxConnections: Int = 16,
    certificateAuthorityFile: String? = nil
  ) {
    self.url = url
    self.signer = signer
    self.headers = headers
    self.timeoutSeconds = timeoutSeconds
    self.finalStatuses = finalStatuses
    self.maxConnections = maxConnections
    self.certificateAuthorityFile = certificateAuthorityFile
  }
}

public import HTTPClient
public import LinqEvents

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
  /// How many connections may be open at once, from 1: as many as events are handed over at once.
  public var connectionsMax: Int
  /// A file of PEM certificates that are trusted beside the system's.
  public var certificateAuthorityFile: String?

  /// Settings with the defaults of the configuration.
  public init(
    url: String,
    signer: SignatureSigner? = nil,
    headers: [HTTPField] = [],
    timeoutSeconds: Double = 10,
    connectionsMax: Int = 16,
    certificateAuthorityFile: String? = nil
  ) {
    self.url = url
    self.signer = signer
    self.headers = headers
    self.timeoutSeconds = timeoutSeconds
    self.connectionsMax = connectionsMax
    self.certificateAuthorityFile = certificateAuthorityFile
  }
}

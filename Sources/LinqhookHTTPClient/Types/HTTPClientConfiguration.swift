/// What holds for every request of a client.
public struct HTTPClientConfiguration: Sendable {
  /// How long a connection may take to come up, name lookup and TLS included, in seconds. More than 0, at
  /// most 86 400. A request's own time-out ends it earlier.
  public var connectTimeout: Duration
  /// How many connections to one host and port may be open, from 1; further requests wait for one.
  public var maxConnectionsPerHost: Int
  /// How many idle connections are kept for reuse over all hosts, from 1. One that was idle for about two
  /// minutes is not used again.
  public var maxIdleConnections: Int
  /// A file of PEM certificates that are trusted as issuers beside the system's own.
  public var certificateAuthorityFile: String?
  /// The `User-Agent` of requests that bring none.
  public var userAgent: String
  /// How many bytes the headers of an answer may have, all interim answers included, from 1.
  public var maxResponseHeaderBytes: Int
  /// Whether connections to 169.254.0.0/16 and fe80::/10 are refused. Machines in a cloud find their
  /// metadata and credentials there, and hardly any webhook target.
  public var refusesLinkLocalAddresses: Bool
  /// Which addresses may be connected to at all.
  public var reachableAddresses = ReachableAddresses.all
  /// Whether an answer tells when the server's certificate ends.
  public var readsCertificates: Bool

  /// A configuration; every value has a default that suits a webhook target.
  public init(
    connectTimeout: Duration = .seconds(5),
    maxConnectionsPerHost: Int = 16,
    maxIdleConnections: Int = 64,
    certificateAuthorityFile: String? = nil,
    userAgent: String = "linqhook",
    maxResponseHeaderBytes: Int = 64 * 1024,
    refusesLinkLocalAddresses: Bool = true,
    readsCertificates: Bool = false
  ) {
    self.connectTimeout = connectTimeout
    self.maxConnectionsPerHost = maxConnectionsPerHost
    self.maxIdleConnections = maxIdleConnections
    self.certificateAuthorityFile = certificateAuthorityFile
    self.userAgent = userAgent
    self.maxResponseHeaderBytes = maxResponseHeaderBytes
    self.refusesLinkLocalAddresses = refusesLinkLocalAddresses
    self.readsCertificates = readsCertificates
  }
}

public import LinqhookAuthentication

/// How to reach a database, and what a session there is like.
public struct PostgreSQLConfiguration: Sendable {
  /// One of the machines that have the database.
  public struct Host: Sendable, Equatable {
    /// A name, an address, or the folder of a Unix socket, which begins with `/`.
    public var name: String
    /// The port, 1 to 65535; for a Unix socket it is part of the socket's name.
    public var port: Int

    /// A host with PostgreSQL's own port, unless told otherwise.
    public init(_ name: String, port: Int = 5432) {
      self.name = name
      self.port = port
    }
  }

  /// What protects the connection.
  public enum TLS: Sendable, Equatable {
    /// The certificate must be of an authority in this file (nil: those that the system trusts), and for this host.
    case verifyFull(certificateAuthorityFile: String?)
    /// Nothing; for Unix sockets and the loopback address.
    case off
  }

  /// The machines, tried in this order.
  public var hosts: [Host]
  /// The database's name.
  public var database: String
  /// The user's name.
  public var user: String
  /// The password; nil where the server asks for none, or for a certificate.
  public var password: Secret?
  /// The client's certificate, in PEM; nil for none.
  public var clientCertificateFile: String?
  /// The key of the client's certificate, in PEM; nil for none.
  public var clientKeyFile: String?
  /// What protects the connection.
  public var tls: TLS
  /// What `pg_stat_activity` shows.
  public var applicationName: String
  /// How long connecting to one host may take.
  public var connectTimeout: Duration
  /// Settings of the session by their names, as `SET` has them.
  public var settings: [String: String]
  /// Whether only a server that takes writes will do.
  public var needsPrimary: Bool

  /// A database on these hosts, any of which will do, unless told otherwise.
  public init(
    hosts: [Host],
    database: String,
    user: String,
    password: Secret? = nil,
    tls: TLS = .verifyFull(certificateAuthorityFile: nil),
    applicationName: String = "linqhook",
    connectTimeout: Duration = .seconds(5),
    settings: [String: String] = [:],
    needsPrimary: Bool = false
  ) {
    self.hosts = hosts
    self.database = database
    self.user = user
    self.password = password
    self.tls = tls
    self.applicationName = applicationName
    self.connectTimeout = connectTimeout
    self.settings = settings
    self.needsPrimary = needsPrimary
  }
}

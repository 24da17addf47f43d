/// The parts of an absolute `http` or `https` URL, as the client itself reads it: what is checked is what is used.
public struct WebURL: Sendable, Equatable {
  /// The URL as it was written.
  public let text: String
  /// `http` or `https`.
  public let scheme: String
  /// The host in lower case; an IPv6 address in brackets.
  public let host: String
  /// The port, where the URL names one.
  public let port: Int?
  /// Whether a user name or a password is in it.
  public let hasCredentials: Bool

  init(text: String, scheme: String, host: String, port: Int?, hasCredentials: Bool) {
    self.text = text
    self.scheme = scheme
    self.host = host
    self.port = port
    self.hasCredentials = hasCredentials
  }
}

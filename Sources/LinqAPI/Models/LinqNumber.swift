/// One of your lines.
public struct LinqNumber: Sendable, Codable {
  /// Its id.
  public let id: ResourceID
  /// The number.
  public let phoneNumber: String?
  /// Where calls go when nobody answers.
  public let forwardingNumber: String?
  /// Messages a second; V2 only.
  public let responseRate: Int?
  /// How phones see the line; V3 only.
  public let reputation: Reputation?

  /// How phones see a line.
  public struct Reputation: Sendable, Codable {
    /// `HEALTHY`, `AT_RISK` or `CRITICAL`.
    public let status: String
  }
}

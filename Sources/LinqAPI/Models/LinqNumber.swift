/// One of your lines.
public struct LinqNumber: Sendable, Codable {
  /// Its id.
  public let id: ResourceID
  /// The number.
  public let phoneNumber: String?
  /// Where calls go when nobody answers.
  public let forwardingNumber: String?
  /// Messages a second.
  public let responseRate: Int?
}

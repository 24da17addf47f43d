/// Whether somebody can be reached by a service.
public struct Capability: Sendable, Decodable {
  /// Whether the address takes the service.
  public let available: Bool
  /// Why not, if Linq says.
  public let reason: String?

  /// The services that can be asked for.
  public enum Service: String, Sendable, CaseIterable {
    /// iMessage.
    case imessage
    /// RCS.
    case rcs
  }
}

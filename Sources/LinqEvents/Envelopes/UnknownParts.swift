/// What of an event this version of linqhook does not know. Such an event is stored and handed on as any other.
///
/// Looked at for each event that is accepted, so it goes by the envelope alone: no tree, and nothing is allocated.
public struct UnknownParts: OptionSet, Sendable {
  /// The event type is none of Linq's lists.
  public static let type = UnknownParts(rawValue: 1)
  /// The version of the payload is none that the message view reads.
  public static let version = UnknownParts(rawValue: 2)
  /// An event about a message or a reaction whose chat is not where its version has it.
  public static let shape = UnknownParts(rawValue: 4)

  /// The three in the order of their bits, with their words in metrics.
  public static let named: [(part: UnknownParts, name: String)] = [
    (.type, "type"), (.version, "version"), (.shape, "shape"),
  ]

  /// The bits.
  public let rawValue: UInt8

  /// Of these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  private static let types = Set(EventTypes.v2 + EventTypes.v3 + [ProbeEvent.type])
  private static let typesWithChat = types.filter { $0.hasPrefix("message.") || $0.hasPrefix("reaction.") }

  /// What is unknown of the event with this envelope.
  public init(in envelope: EventEnvelope) {
    var parts: UnknownParts = []
    if !Self.types.contains(envelope.eventType) { parts.insert(.type) }
    if !Self.isKnownVersion(envelope) {
      parts.insert(.version)
    } else if envelope.chatID == nil, Self.typesWithChat.contains(envelope.eventType) {
      parts.insert(.shape)
    }
    self = parts
  }

  private static func isKnownVersion(_ envelope: EventEnvelope) -> Bool {
    switch envelope.webhookVersion {
    case "2025-01-01", "2026-02-03": true
    case nil: envelope.apiVersion == "v2" || envelope.apiVersion == nil
    default: false
    }
  }
}

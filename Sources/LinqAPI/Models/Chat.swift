/// A chat, as Linq tells it. Linq's description marks no field as certain, so all but the id may be missing.
public struct Chat: Sendable {
  /// The id for further calls.
  public let id: ResourceID
  /// The group's name, or the names of the people in it.
  public let displayName: String?
  /// `iMessage`, `SMS` or `RCS`.
  public let service: String?
  /// Whether more than one person is on the other side.
  public let isGroup: Bool?
  /// How many messages it has.
  public let messageCount: Int?
  /// Who takes part.
  public let handles: [ChatHandle]?
}

/// One participant of a chat.
public struct ChatHandle: Sendable {
  /// The participant's id.
  public let id: ResourceID?
  /// A phone number, or an e-mail address.
  public let phoneNumber: String?
  /// `iMessage`, `SMS` or `RCS`.
  public let service: String?
}

/// A chat and the message that was sent into it.
public struct StartedChat: Sendable {
  /// The chat, found or made.
  public let chat: Chat
  /// The message, as far as Linq tells it.
  public let message: ChatMessage?
}

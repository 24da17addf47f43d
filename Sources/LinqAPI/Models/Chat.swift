/// A chat, as Linq tells it. Linq's description marks no field as certain, so all but the id may be missing.
public struct Chat: Sendable, Codable {
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

  private enum CodingKeys: String, CodingKey {
    case id, displayName, service, messageCount
    case isGroup = "group"
    case handles = "chatHandles"
  }
}

/// One participant of a chat.
public struct ChatHandle: Sendable, Codable {
  /// The participant's id.
  public let id: ResourceID?
  /// A phone number, or an e-mail address.
  public let phoneNumber: String?
  /// `iMessage`, `SMS` or `RCS`.
  public let service: String?
}

/// A chat and the message that was sent into it.
public struct StartedChat: Sendable, Decodable {
  /// The chat, found or made.
  public let chat: Chat
  /// The message, as far as Linq tells it.
  public let message: ChatMessage?

  private enum CodingKeys: String, CodingKey { case chatMessages }

  /// Reads chat and message from one object.
  public init(from decoder: any Decoder) throws {
    chat = try Chat(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    // The field has the name of a list and, by the description, the form of one message.
    message =
      (try? container.decodeIfPresent(ChatMessage.self, forKey: .chatMessages))
      ?? (try? container.decodeIfPresent([ChatMessage].self, forKey: .chatMessages))?.last
  }
}

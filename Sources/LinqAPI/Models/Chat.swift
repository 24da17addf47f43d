/// A chat in Linq's answer. Linq's description marks no field as required, so all but the id may be missing.
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
  /// The message, if Linq's answer has it.
  public let message: ChatMessage?

  private enum CodingKeys: String, CodingKey { case chatMessages }

  /// Reads chat and message from one object.
  public init(from decoder: any Decoder) throws {
    chat = try Chat(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    // The field is named like a list, but by the description it holds one message.
    message =
      (try? container.decodeIfPresent(ChatMessage.self, forKey: .chatMessages))
      ?? (try? container.decodeIfPresent([ChatMessage].self, forKey: .chatMessages))?.last
  }
}

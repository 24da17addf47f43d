/// The reactions of Partner API V2.
public enum ReactionType: String, Sendable, CaseIterable, Codable {
  /// A heart.
  case love
  /// A thumb up.
  case like
  /// A thumb down.
  case dislike
  /// Ha ha.
  case laugh
  /// Two exclamation marks.
  case emphasize
  /// A question mark.
  case question
}

/// A reaction to a message.
public struct Reaction: Sendable, Codable {
  /// Its id.
  public let id: ResourceID
  /// The message.
  public let chatMessageID: ResourceID?
  /// The kind of reaction, as Linq spells it.
  public let reaction: String?
  /// Whether it came from one of your lines.
  public let isFromMe: Bool?
  /// Who reacted.
  public let fromPhone: String?
  /// When, as Linq writes it.
  public let sentAt: String?

  private enum CodingKeys: String, CodingKey {
    case id, reaction, isFromMe, fromPhone, sentAt
    case chatMessageID = "chatMessageId"
  }
}

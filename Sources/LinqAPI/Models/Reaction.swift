/// What can be put on a message.
public enum ReactionType: Sendable, Equatable {
  /// One of the six that every phone shows beside the message.
  case tapback(Tapback)
  /// An emoji; V3 only.
  case emoji(String)

  /// The six reactions of iMessage.
  public enum Tapback: String, Sendable, CaseIterable, Codable {
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

  /// Reads `love`, `like`, `dislike`, `laugh`, `emphasize`, `question`, or an emoji; nil for other words and for what is
  /// longer than one character.
  public init?(_ text: String) {
    if let tapback = Tapback(rawValue: text) {
      self = .tapback(tapback)
    } else if text.count == 1, text.unicodeScalars.contains(where: \.properties.isEmoji),
      !text.utf8.allSatisfy({ $0 < 0x80 })
    {
      self = .emoji(text)
    } else {
      return nil
    }
  }

  /// The word or the emoji.
  public var text: String {
    switch self {
    case .tapback(let tapback): tapback.rawValue
    case .emoji(let emoji): emoji
    }
  }
}

/// A reaction that Linq has taken. V3 takes it and tells nothing of it.
public struct Reaction: Sendable, Codable {
  /// Its id.
  public let id: ResourceID?
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

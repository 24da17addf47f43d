/// One reading of an event, the same for V2, V3 2025-01-01 and V3 2026-02-03: what hooks, workers, filters and
/// people ask of a message, without knowing the three shapes.
///
/// It is made from the event alone. **Nil means that the event does not say**, which is not the same as no: an old V3
/// message does not say whether it was recovered late. Fields that have no meaning for an event (the text of a typing
/// sign) are nil, too. An event of a version that is not known here has its first four fields and no more.
///
/// The rules are those of Linq's V3 documentation and its V2 reference; each reader in this folder has one shape.
public struct MessageView: Sendable, Equatable {
  /// The id that the event is deduplicated by.
  public var eventID: String?
  /// What happened, such as `message.received`.
  public var eventType: String?
  /// `v2`, `2025-01-01`, `2026-02-03`, or what the event says instead.
  public var version: String?
  /// When the event was made: RFC 3339 in UTC with milliseconds.
  public var createdAt: String?
  /// The message that the event is about.
  public var messageID: String?
  /// The chat.
  public var chatID: String?
  /// Whether more than two people are in the chat.
  public var isGroup: Bool?
  /// The number of the account that takes part.
  public var line: String?
  /// Who wrote or reacted: a phone number, an e-mail address or a short code.
  public var from: String?
  /// Whether we wrote or reacted ourselves.
  public var isOwn: Bool?
  /// `iMessage`, `SMS` or `RCS`.
  public var service: String?
  /// The values of text and link parts and the fallback text of app cards, joined by newlines; empty for a message
  /// without such parts.
  public var text: String?
  /// The parts of the message in their order.
  public var parts: [MessagePart]?
  /// The message that this one answers.
  public var replyTo: MessageReference?
  /// What somebody put on a message.
  public var reaction: MessageReaction?
  /// When the message was sent: RFC 3339 in UTC with milliseconds.
  public var sentAt: String?
  /// Whether Linq recovered the message later, so that it is history. V3 2026-02-03 says so, the others do not.
  public var isReconciled: Bool?
  /// Whether the person has asked to be left alone.
  public var isOptedOut: Bool?

  /// A view in which nothing is known.
  public init() {}
}

/// A message, or one part of it.
public struct MessageReference: Sendable, Equatable {
  /// The message.
  public var messageID: String
  /// The part, counted from 0; nil where the event does not say.
  public var partIndex: Int64?

  /// Part `partIndex` of `messageID`.
  public init(messageID: String, partIndex: Int64? = nil) {
    self.messageID = messageID
    self.partIndex = partIndex
  }
}

/// A reaction that was put on a message or taken away.
public struct MessageReaction: Sendable, Equatable {
  /// What happens to the reaction.
  public enum Operation: String, Sendable {
    /// It is put on.
    case add
    /// It is taken away.
    case remove
  }

  /// `love`, `like`, `dislike`, `laugh`, `emphasize`, `question`, `custom`, `sticker`, or what the event says.
  public var kind: String?
  /// The emoji of a `custom` one.
  public var emoji: String?
  /// Put on or taken away.
  public var operation: Operation
  /// What it is on; nil where the event does not say.
  public var target: MessageReference?
}

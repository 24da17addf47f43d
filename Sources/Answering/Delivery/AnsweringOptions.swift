/// What a handler may do at Linq.
public struct AnsweringOptions: Sendable {
  /// The handler's name in the configuration; it is part of every idempotency key.
  public var name: String
  /// Whether what the program wants is sent (`reply`). Guard and reply limit are in force only then.
  public var sendsReplies: Bool
  /// Whether the chat shows typing while the program works.
  public var showsTyping: Bool
  /// Whether the chat is marked as read before the program runs.
  public var marksRead: Bool
  /// Which messages are not answered.
  public var `guard`: MessageGuard
  /// How much may be sent into one chat.
  public var replyLimit: ReplyLimit

  /// Options; without any but the name nothing is done at Linq.
  public init(
    name: String,
    sendsReplies: Bool = false,
    showsTyping: Bool = false,
    marksRead: Bool = false,
    guard: MessageGuard = MessageGuard(),
    replyLimit: ReplyLimit = ReplyLimit()
  ) {
    self.name = name
    self.sendsReplies = sendsReplies
    self.showsTyping = showsTyping
    self.marksRead = marksRead
    self.guard = `guard`
    self.replyLimit = replyLimit
  }
}

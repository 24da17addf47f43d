/// A change of the account that follows a call later, and of which subscribers get an event.
enum ScheduledAction {
  /// A message went out.
  case messageSent(Int)
  /// The other side read a message.
  case messageRead(Int)
  /// The other side begins or stops to type.
  case typing(chat: Int, isShown: Bool)
  /// The other side answers.
  case reply(chat: Int, text: String)
  /// The other side reacts to a message.
  case reaction(message: Int, type: String)
  /// One of our lines reacted.
  case reactionSent(ReactionRecord)
  /// One of our lines took a reaction back.
  case reactionRemoved(ReactionRecord)
}

/// A happening with the time when it is due. The time scale is not yet applied.
struct ScheduledEntry {
  let happening: ScheduledAction
  let afterSeconds: Double
  let isBurst: Bool
}

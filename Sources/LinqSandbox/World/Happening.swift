/// Something that takes place in the account after a call, and that subscribers hear of.
enum Happening {
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

/// A happening and when it is due, before the time scale.
struct ScheduledHappening {
  let happening: Happening
  let afterSeconds: Double
  let isBurst: Bool
}

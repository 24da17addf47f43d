/// A change of the account that follows a call later, and of which subscribers get an event.
enum ScheduledAction {
  /// A chat came into being.
  case chatCreated(Int)
  /// A message went out.
  case messageSent(Int)
  /// A message arrived at the other side.
  case messageDelivered(Int)
  /// A message could not be delivered, by the latest news.
  case messageFailed(Int, code: Int)
  /// The other side read a message.
  case messageRead(Int)
  /// A message that is already there is reported.
  case messageReceived(Int)
  /// The other side corrects a part of its message.
  case messageEdited(Int, partIndex: Int, text: String)
  /// Our side corrected a part of its message.
  case ownMessageEdited(Int, partIndex: Int)
  /// The other side begins or stops to type.
  case typing(chat: Int, isShown: Bool)
  /// A message to another line of the account arrives there.
  case messageRelayed(Int)
  /// The other side answers.
  case reply(chat: Int, text: String)
  /// The other side reacts to a message.
  case reaction(message: Int, type: String)
  /// The other side reacted, or took a reaction back, at the request of a test.
  case reactionReceived(ReactionRecord, isRemoval: Bool)
  /// One of our lines reacted.
  case reactionSent(ReactionRecord)
  /// One of our lines took a reaction back.
  case reactionRemoved(ReactionRecord)
  /// An event of any type, with made-up data.
  case sample(SampleFact)
}

/// A happening with the time when it is due. The time scale is not yet applied.
struct ScheduledEntry {
  let happening: ScheduledAction
  let afterSeconds: Double
  let isBurst: Bool
}

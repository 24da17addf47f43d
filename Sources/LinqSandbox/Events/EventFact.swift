/// The content of an event, independent of the API version.
enum EventFact {
  case messageSent(MessageRecord, ChatRecord)
  case messageReceived(MessageRecord, ChatRecord)
  case messageRead(MessageRecord, ChatRecord)
  case typing(ChatRecord, isShown: Bool)
  case reactionSent(ReactionRecord, MessageRecord, ChatRecord)
  case reactionReceived(ReactionRecord, MessageRecord, ChatRecord)
  case reactionRemoved(ReactionRecord, MessageRecord, ChatRecord)

  var chat: ChatRecord {
    switch self {
    case .messageSent(_, let chat), .messageReceived(_, let chat), .messageRead(_, let chat),
      .typing(let chat, _), .reactionSent(_, _, let chat), .reactionReceived(_, _, let chat),
      .reactionRemoved(_, _, let chat):
      chat
    }
  }

  /// The event type in V2; nil when V2 has none.
  var typeInV2: String? {
    switch self {
    case .messageSent: "message.sent"
    case .messageReceived: "message.received"
    case .messageRead: "message.read"
    case .typing(_, let isShown): isShown ? "typing_indicator.received" : "typing_indicator.removed"
    case .reactionSent: "reaction.sent"
    case .reactionReceived: "reaction.received"
    case .reactionRemoved: nil
    }
  }

  var typeInV3: String {
    switch self {
    case .messageSent: "message.sent"
    case .messageReceived: "message.received"
    case .messageRead: "message.read"
    case .typing(_, let isShown): isShown ? "chat.typing_indicator.started" : "chat.typing_indicator.stopped"
    case .reactionSent, .reactionReceived: "reaction.added"
    case .reactionRemoved: "reaction.removed"
    }
  }

  /// Whether a subscription with these event types gets it.
  func isWanted(by events: [String], api: SandboxConfiguration.APIVersion) -> Bool {
    let names = [typeInV2, api == .v3 ? typeInV3 : nil].compactMap(\.self)
    return names.contains(where: events.contains)
  }
}

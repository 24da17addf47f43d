import LinqEvents

/// The content of an event, independent of the API version.
enum EventFact {
  case chatCreated(ChatRecord)
  case messageSent(MessageRecord, ChatRecord)
  case messageReceived(MessageRecord, ChatRecord)
  case messageDelivered(MessageRecord, ChatRecord)
  case messageRead(MessageRecord, ChatRecord)
  case messageFailed(MessageRecord, ChatRecord, code: Int)
  case messageEdited(MessageRecord, ChatRecord, partIndex: Int)
  case typing(ChatRecord, isShown: Bool)
  case reactionSent(ReactionRecord, MessageRecord, ChatRecord)
  case reactionReceived(ReactionRecord, MessageRecord, ChatRecord)
  case reactionRemoved(ReactionRecord, MessageRecord, ChatRecord)
  case sample(SampleFact)

  /// Nil for a made-up event.
  var chat: ChatRecord? {
    switch self {
    case .messageSent(_, let chat), .messageReceived(_, let chat), .messageRead(_, let chat),
      .messageDelivered(_, let chat), .messageFailed(_, let chat, _), .messageEdited(_, let chat, _),
      .chatCreated(let chat), .typing(let chat, _), .reactionSent(_, _, let chat),
      .reactionReceived(_, _, let chat), .reactionRemoved(_, _, let chat):
      chat
    case .sample: nil
    }
  }

  /// The line that it is about; nil for none.
  var line: String? {
    if case .sample(let sample) = self { sample.line } else { chat?.line.number }
  }

  /// The event type in V2; nil when V2 has none, or the sandbox does not send it there.
  var typeInV2: String? {
    switch self {
    case .messageSent: "message.sent"
    case .messageReceived: "message.received"
    case .messageRead: "message.read"
    case .typing(_, let isShown): isShown ? "typing_indicator.received" : "typing_indicator.removed"
    case .reactionSent: "reaction.sent"
    case .reactionReceived: "reaction.received"
    case .sample(let sample): EventTypes.v2.contains(sample.type) ? sample.type : nil
    case .chatCreated, .messageDelivered, .messageFailed, .messageEdited, .reactionRemoved: nil
    }
  }

  var typeInV3: String? {
    switch self {
    case .chatCreated: "chat.created"
    case .messageSent: "message.sent"
    case .messageReceived: "message.received"
    case .messageDelivered: "message.delivered"
    case .messageRead: "message.read"
    case .messageFailed: "message.failed"
    case .messageEdited: "message.edited"
    case .typing(_, let isShown): isShown ? "chat.typing_indicator.started" : "chat.typing_indicator.stopped"
    case .reactionSent, .reactionReceived: "reaction.added"
    case .reactionRemoved: "reaction.removed"
    case .sample(let sample): EventTypes.v3.contains(sample.type) ? sample.type : nil
    }
  }

  /// Whether a subscription gets it: by its event types and its lines. An event of no line passes.
  func isWanted(by subscription: SubscriptionRecord) -> Bool {
    let isV2 = subscription.api == .v2
    let names = [isV2 ? typeInV2 : nil, subscription.form == .v2 ? nil : typeInV3].compactMap(\.self)
    guard names.contains(where: subscription.events.contains) else { return false }
    return subscription.phoneNumbers.isEmpty || line.map(subscription.phoneNumbers.contains) ?? true
  }
}

/// An event with made-up data, of any type.
struct SampleFact {
  let type: String
  /// Members that replace those of the sample's data, object by object.
  let data: JSONValue
  let line: String?

  /// The event; nil when this version has no sample of the type.
  func event(in version: SampleEvent.Version, id: String, at timestamp: Timestamp) -> JSONValue? {
    let event = SampleEvent.make(
      type: type,
      version: version,
      eventID: id,
      createdAtMilliseconds: timestamp.milliseconds
    )
    return event?.merging(["data": data])
  }
}

extension JSONValue {
  /// This object with the members of another, which win; objects in both are merged in the same way.
  func merging(_ other: JSONValue) -> JSONValue {
    guard case .object(var members) = self, case .object(let others) = other else { return other }
    for member in others {
      if let index = members.firstIndex(where: { $0.name == member.name }) {
        members[index].value = members[index].value.merging(member.value)
      } else {
        members.append(member)
      }
    }
    return .object(members)
  }
}

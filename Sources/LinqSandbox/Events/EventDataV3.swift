import LinqEvents

/// `data` of V3's events in both webhook versions, which differ in messages only.
enum EventDataV3 {
  /// Nil when the version has no such event.
  static func data(of fact: EventFact, _ form: SampleEvent.Version, at timestamp: Timestamp) -> JSONValue? {
    switch fact {
    case .messageSent(let message, let chat), .messageReceived(let message, let chat),
      .messageDelivered(let message, let chat), .messageRead(let message, let chat):
      form == .v3Of2026 ? messageOf2026(message, in: chat) : messageOf2025(message, in: chat)
    case .messageFailed(let message, let chat, let code):
      [
        "chat_id": id(chat.id), "message_id": id(message.id), "code": .number(code),
        "reason": "The recipient could not be reached.",
        "failed_at": (message.failedAt ?? timestamp).text,
      ]
    case .messageEdited(let message, let chat, let index):
      form == .v3Of2026 ? edited(message, in: chat, partIndex: index) : nil
    case .chatCreated(let chat): created(chat)
    case .typing(let chat, _): ["chat_id": id(chat.id)]
    case .reactionSent(let reaction, _, let chat), .reactionReceived(let reaction, _, let chat),
      .reactionRemoved(let reaction, _, let chat):
      self.reaction(reaction, in: chat)
    case .sample: nil
    }
  }

  private static func messageOf2026(_ message: MessageRecord, in chat: ChatRecord) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", id(message.id)), .init("direction", message.sender.isMe ? "outbound" : "inbound"),
      .init("chat", chatOf2026(chat)), .init("sender_handle", message.sender.v3JSON),
      .init("service", "iMessage"), .init("preferred_service", text(message.preferredService)),
      .init("parts", .array(message.parts.map(\.v3EventJSON))), .init("effect", message.effect),
      .init("reply_to", message.replyTo?.v3JSON ?? .null),
      .init("sent_at", message.v3SentAt), .init("delivered_at", message.v3DeliveredAt),
      .init("read_at", message.readAt?.text ?? .null),
      .init("idempotency_key", text(message.idempotencyKey)),
    ]
    if let reconciledAt = message.reconciledAt { members.append(.init("reconciled_at", reconciledAt.text)) }
    return .object(members)
  }

  private static func messageOf2025(_ message: MessageRecord, in chat: ChatRecord) -> JSONValue {
    let isFromMe = message.sender.isMe
    var members: [JSONValue.Member] = [
      .init("chat_id", id(chat.id)), .init("is_group", .flag(chat.isGroup)),
      .init("is_from_me", .flag(isFromMe)), .init("from", .text(message.sender.number)),
      .init("from_handle", message.sender.v3JSON),
      .init("recipient_handle", isFromMe ? .null : chat.line.v3JSON),
      .init("recipient_phone", isFromMe ? .null : .text(chat.line.number)),
      .init("service", "iMessage"), .init("preferred_service", text(message.preferredService)),
      .init("idempotency_key", text(message.idempotencyKey)),
      .init(
        "message",
        [
          "id": id(message.id), "parts": .array(message.parts.map(\.v3EventJSON)), "effect": message.effect,
          "reply_to": message.replyTo?.v3JSON ?? .null, "is_delivered": .flag(message.deliveredAt != nil),
          "is_read": .flag(message.readAt != nil), "sent_at": message.v3SentAt,
          "delivered_at": message.v3DeliveredAt, "read_at": message.readAt?.text ?? .null,
          "created_at": message.sentAt.text, "updated_at": message.updatedAt.text,
        ]
      ),
    ]
    if !isFromMe { members.append(.init("received_at", (message.deliveredAt ?? message.sentAt).text)) }
    return .object(members)
  }

  private static func edited(
    _ message: MessageRecord,
    in chat: ChatRecord,
    partIndex: Int
  ) -> JSONValue? {
    guard case .text(let text, _) = message.parts[partIndex] else { return nil }
    return [
      "id": id(message.id), "chat": chatOf2026(chat),
      "direction": message.sender.isMe ? "outbound" : "inbound", "sender_handle": message.sender.v3JSON,
      "edited_at": message.updatedAt.text, "part": ["index": .number(partIndex), "text": .text(text)],
    ]
  }

  private static func chatOf2026(_ chat: ChatRecord) -> JSONValue {
    [
      "id": id(chat.id), "is_group": .flag(chat.isGroup), "owner_handle": chat.line.v3JSON,
      "health_status": chat.v3Health,
    ]
  }

  private static func created(_ chat: ChatRecord) -> JSONValue {
    [
      "id": id(chat.id), "display_name": text(chat.displayName), "is_group": .flag(chat.isGroup),
      "service": "iMessage", "handles": .array(chat.handles.map(\.v3JSON)),
      "created_at": chat.createdAt.text, "updated_at": chat.updatedAt.text, "health_status": chat.v3Health,
    ]
  }

  private static func reaction(_ reaction: ReactionRecord, in chat: ChatRecord) -> JSONValue {
    [
      "chat_id": id(chat.id), "message_id": id(reaction.messageID),
      "part_index": .number(reaction.partIndex), "reaction_id": id(reaction.id),
      "reaction_type": .text(reaction.type), "custom_emoji": text(reaction.customEmoji),
      "is_from_me": .flag(reaction.sender.isMe), "from": .text(reaction.sender.number),
      "from_handle": reaction.sender.v3JSON, "service": "iMessage", "reacted_at": reaction.sentAt.text,
      "sticker": .null,
    ]
  }

  private static func id(_ number: Int) -> JSONValue { .text(Identifier.uuid(of: number)) }
  private static func text(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }
}

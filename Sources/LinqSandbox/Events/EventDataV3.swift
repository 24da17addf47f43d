import LinqEvents

/// `data` of V3's events, webhook version 2026-02-03, made from the published field list.
enum EventDataV3 {
  static func data(of fact: EventFact, at timestamp: Timestamp) -> JSONValue {
    switch fact {
    case .messageSent(let message, let chat), .messageReceived(let message, let chat),
      .messageRead(let message, let chat):
      self.message(message, in: chat)
    case .typing(let chat, _): ["chat_id": id(chat.id)]
    case .reactionSent(let reaction, _, let chat), .reactionReceived(let reaction, _, let chat),
      .reactionRemoved(let reaction, _, let chat):
      [
        "chat_id": id(chat.id), "message_id": id(reaction.messageID), "part_index": 0,
        "reaction_type": .text(reaction.type), "is_from_me": .flag(reaction.sender.isMe),
        "from": .text(reaction.sender.number), "from_handle": handle(reaction.sender),
        "service": "iMessage", "reacted_at": reaction.sentAt.text,
      ]
    }
  }

  private static func message(_ message: MessageRecord, in chat: ChatRecord) -> JSONValue {
    [
      "id": id(message.id), "direction": message.sender.isMe ? "outbound" : "inbound",
      "chat": [
        "id": id(chat.id), "is_group": .flag(chat.isGroup), "owner_handle": handle(chat.line),
      ],
      "sender_handle": handle(message.sender), "service": "iMessage", "parts": .array(parts(message)),
      "sent_at": message.sentAt.text, "delivered_at": message.deliveredAt?.text ?? .null,
      "read_at": message.readAt?.text ?? .null,
    ]
  }

  private static func parts(_ message: MessageRecord) -> [JSONValue] {
    let text: [JSONValue] = message.text.isEmpty ? [] : [["type": "text", "value": .text(message.text)]]
    let media: [JSONValue] = message.attachments.map {
      [
        "type": "media", "id": .text($0.id), "url": .text($0.url), "filename": .text($0.fileName),
        "mime_type": .text($0.contentType),
      ]
    }
    return text + media
  }

  private static func handle(_ handle: HandleRecord) -> JSONValue {
    [
      "id": id(handle.id), "handle": .text(handle.number), "service": "iMessage",
      "is_me": .flag(handle.isMe),
    ]
  }

  private static func id(_ number: Int) -> JSONValue { .text(Identifier.uuid(of: number)) }
}

import LinqEvents

/// `data` of V2's events, in the shape of Linq's published examples: ids are texts.
enum EventDataV2 {
  /// Nil for an event that V2 does not have.
  static func data(of fact: EventFact, at timestamp: Timestamp) -> JSONValue? {
    switch fact {
    case .messageSent(let message, let chat), .messageReceived(let message, let chat):
      self.message(message, in: chat)
    case .messageRead(let message, let chat):
      ["id": id(message.id), "chat_id": id(chat.id), "read_at": (message.readAt ?? timestamp).text]
    case .typing(let chat, let isShown):
      [
        "chat_id": id(chat.id), "display": .flag(isShown), "timestamp": timestamp.spacedText,
        "chat_handles": handles(chat),
      ]
    case .reactionSent(let reaction, let message, let chat),
      .reactionReceived(let reaction, let message, let chat),
      .reactionRemoved(let reaction, let message, let chat):
      self.reaction(reaction, to: message, in: chat)
    case .chatCreated, .messageDelivered, .messageFailed, .messageEdited, .sample: nil
    }
  }

  private static func message(_ message: MessageRecord, in chat: ChatRecord) -> JSONValue {
    [
      "id": id(message.id), "chat_id": id(chat.id), "text": .text(message.text),
      "sent_at": message.sentAt.spacedText, "is_read": .flag(message.readAt != nil),
      "from_phone": .text(message.sender.number), "service": "iMessage", "reaction_id": .null,
      "chat_handles": handles(chat),
      "attachments": .array(
        message.attachments.map {
          [
            "id": .text($0.id), "url": .text($0.url), "filename": .text($0.fileName),
            "mime_type": .text($0.contentType),
          ]
        }
      ),
    ]
  }

  private static func reaction(
    _ reaction: ReactionRecord,
    to message: MessageRecord,
    in chat: ChatRecord
  ) -> JSONValue {
    [
      "id": id(reaction.id), "chat_message_id": id(message.id), "chat_id": id(chat.id),
      "reaction": .text(reaction.type), "is_from_me": .flag(reaction.sender.isMe),
      "sent_at": reaction.sentAt.spacedText, "created_at": reaction.sentAt.spacedText,
      "chat_handle": ["id": id(reaction.sender.id), "identifier": .text(reaction.sender.number)],
      "chat_handles": handles(chat),
      "associated_message": [
        "id": id(message.id), "text": .text(message.text), "sent_at": message.sentAt.spacedText,
      ],
    ]
  }

  private static func handles(_ chat: ChatRecord) -> JSONValue {
    .array(
      chat.handles.map {
        [
          "identifier": .text($0.number), "display_name": .text($0.isMe ? "Your Linq Number" : $0.number),
          "is_me": .flag($0.isMe),
        ]
      }
    )
  }

  private static func id(_ number: Int) -> JSONValue { .text(String(number)) }
}

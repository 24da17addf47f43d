import LinqEvents

// The shapes of Linq's OpenAPI description.

private let service: JSONValue = "iMessage"

extension LineRecord {
  var json: JSONValue {
    [
      "id": .number(id), "phone_number": .text(number), "forwarding_number": .null, "response_rate": 1,
    ]
  }
}

extension HandleRecord {
  var json: JSONValue {
    ["id": .number(id), "phone_number": .text(number), "service": service, "joined_at": joinedAt.text]
  }
}

extension ChatRecord {
  var name: String { displayName ?? people.map(\.number).joined(separator: ", ") }

  /// Holds the message that started the chat, if it is given, else the message count.
  func json(started message: MessageRecord? = nil) -> JSONValue {
    let last: JSONValue.Member =
      if let message {
        .init("chat_messages", message.summaryJSON)
      } else {
        .init("message_count", .number(messageIDs.count))
      }
    return .object([
      .init("id", .number(id)), .init("display_name", .text(name)), .init("service", service),
      .init("group", .flag(isGroup)), .init("chat_handles", .array(handles.map(\.json))), last,
    ])
  }
}

extension AttachmentRecord {
  var json: JSONValue {
    [
      "id": .text(id), "url": .text(url), "filename": .text(fileName), "mime_type": .text(contentType),
      "file_size": .number(byteCount),
    ]
  }
}

extension MessageRecord {
  /// The short form that the answer to a new chat has.
  var summaryJSON: JSONValue {
    [
      "id": .number(id), "text": .text(text), "sent_at": sentAt.text,
      "delivered_at": deliveredAt?.text ?? .null, "delivery_status": deliveryStatus,
      "is_read": .flag(readAt != nil), "attachments": .array(attachments.map(\.json)),
    ]
  }

  func json(reactions: [ReactionRecord]) -> JSONValue {
    [
      "id": .number(id), "text": .text(text), "sent_at": sentAt.text,
      "delivered_at": deliveredAt?.text ?? .null, "delivery_status": deliveryStatus, "edited_at": .null,
      "is_read": .flag(readAt != nil), "sent_from": .text(sender.number),
      "chat_handle_id": .number(sender.id), "attachments": .array(attachments.map(\.json)),
      "reactions": .array(reactions.map(\.json)),
    ]
  }

  private var deliveryStatus: JSONValue { deliveredAt == nil ? "pending" : "delivered" }
}

extension ReactionRecord {
  var json: JSONValue {
    [
      "id": .number(id), "chat_message_id": .number(messageID), "reaction": .text(type),
      "is_from_me": .flag(sender.isMe), "from_phone": .text(sender.number), "sent_at": sentAt.text,
      "created_at": sentAt.text, "updated_at": sentAt.text,
    ]
  }
}

extension SubscriptionRecord {
  var json: JSONValue {
    [
      "id": .number(id), "webhook_url": .text(url), "version": .number(version),
      "events": .array(events.map { .text($0) }), "active": .flag(isActive),
      "secret_configured": .flag(secret != nil), "last_delivered_at": lastDeliveredAt?.text ?? .null,
      "delivery_attempts": .number(attemptCount), "created_at": createdAt.text, "updated_at": updatedAt.text,
    ]
  }
}

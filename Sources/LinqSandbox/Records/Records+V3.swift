import LinqEvents

// The shapes that V3's answers and events share.

extension HandleRecord {
  var v3JSON: JSONValue {
    [
      "id": .text(Identifier.uuid(of: id)), "handle": .text(number), "service": "iMessage",
      "joined_at": joinedAt.text, "left_at": .null, "is_me": .flag(isMe), "status": "active",
    ]
  }
}

extension ChatRecord {
  var v3Health: JSONValue {
    let page = "https://docs.linqapp.com/guides/chats/chat-health"
    return [
      "status": isOptedOut ? "OPTED_OUT" : "HEALTHY",
      "doc_url": .text("\(page)#\(isOptedOut ? "opted-out" : "healthy")"), "updated_at": updatedAt.text,
    ]
  }
}

extension ReplyRecord {
  var v3JSON: JSONValue {
    let id = JSONValue.Member("message_id", .text(Identifier.uuid(of: messageID)))
    return .object([id] + (partIndex.map { [.init("part_index", .number($0))] } ?? []))
  }
}

extension MessageRecord {
  /// A message of ours has no time of sending until it went out.
  var v3SentAt: JSONValue { sender.isMe ? wentOutAt?.text ?? .null : sentAt.text }
  /// Whether a message of others was delivered is not said.
  var v3DeliveredAt: JSONValue { sender.isMe ? deliveredAt?.text ?? .null : .null }

  var v3Status: JSONValue {
    if !sender.isMe { return "received" }
    if failedAt != nil { return "failed" }
    if readAt != nil { return "read" }
    if deliveredAt != nil { return "delivered" }
    return wentOutAt == nil ? "queued" : "sent"
  }
}

extension PartRecord {
  /// Events tell no reactions.
  var v3EventJSON: JSONValue { .object(v3Members) }

  func v3JSON(reactions: [ReactionRecord]) -> JSONValue {
    .object(v3Members + [.init("reactions", .array(reactions.map(\.v3JSON)))])
  }

  private var v3Members: [JSONValue.Member] {
    switch self {
    case .text(let text, let decorations):
      [.init("type", "text"), .init("value", .text(text)), .init("text_decorations", decorations)]
    case .link(let url): [.init("type", "link"), .init("value", .text(url))]
    case .media(let file):
      [
        .init("type", "media"), .init("id", .text(file.id)), .init("url", .text(file.url)),
        .init("filename", .text(file.fileName)), .init("mime_type", .text(file.contentType)),
        .init("size_bytes", .number(file.byteCount)),
      ]
    case .card(.object(let members)): members
    case .card: []
    }
  }
}

extension ReactionRecord {
  var v3JSON: JSONValue {
    [
      "handle": sender.v3JSON, "is_me": .flag(sender.isMe), "type": .text(type),
      "custom_emoji": customEmoji.map { .text($0) } ?? .null,
    ]
  }
}

// Messages, chats and polls.
extension SampleDataV3 {
  static func message(_ type: String, _ version: SampleEvent.Version, _ timestamp: Timestamp) -> JSONValue? {
    switch type {
    case "message.edited": version == .v3Of2026 ? edited(timestamp) : nil
    case "message.failed": failed(timestamp)
    default: version == .v3Of2026 ? messageOf2026(type, timestamp) : messageOf2025(type, timestamp)
    }
  }

  private static let parts: JSONValue = [["type": "text", "value": "Is the blue one still there?"]]

  private static func messageOf2026(_ type: String, _ timestamp: Timestamp) -> JSONValue {
    let isInbound = type == "message.received"
    let hasArrived = type == "message.delivered" || type == "message.read"
    return [
      "id": messageID, "direction": isInbound ? "inbound" : "outbound", "chat": chatOf2026(at: timestamp),
      "sender_handle": isInbound ? handle(customer, isMe: false) : handle(line, isMe: true),
      "service": "iMessage", "preferred_service": .null, "parts": parts, "effect": .null, "reply_to": .null,
      "sent_at": timestamp.earlier(bySeconds: 1).text, "delivered_at": hasArrived ? timestamp.text : .null,
      "read_at": type == "message.read" ? timestamp.text : .null, "idempotency_key": .null,
    ]
  }

  private static func messageOf2025(_ type: String, _ timestamp: Timestamp) -> JSONValue {
    let isInbound = type == "message.received"
    let hasArrived = type == "message.delivered" || type == "message.read"
    let sent = timestamp.earlier(bySeconds: 1).text
    return [
      "chat_id": chatID, "from": isInbound ? customer : line,
      "from_handle": isInbound ? handle(customer, isMe: false) : handle(line, isMe: true),
      "recipient_handle": isInbound ? handle(line, isMe: true) : .null,
      "recipient_phone": isInbound ? line : .null, "is_from_me": .scalar(.bool(!isInbound)),
      "is_group": false, "service": "iMessage", "preferred_service": .null, "idempotency_key": .null,
      "message": [
        "id": messageID, "parts": parts, "effect": .null, "reply_to": .null, "sent_at": sent,
        "is_delivered": .scalar(.bool(hasArrived)), "delivered_at": hasArrived ? timestamp.text : .null,
        "is_read": .scalar(.bool(type == "message.read")),
        "read_at": type == "message.read" ? timestamp.text : .null, "created_at": sent,
        "updated_at": timestamp.text,
      ],
      isInbound ? "received_at" : "updated_at": timestamp.text,
    ]
  }

  private static func edited(_ timestamp: Timestamp) -> JSONValue {
    [
      "id": messageID, "chat": chatOf2026(at: timestamp), "direction": "inbound",
      "sender_handle": handle(customer, isMe: false), "edited_at": timestamp.text,
      "part": ["index": 0, "text": "Is the green one still there?"],
    ]
  }

  private static func failed(_ timestamp: Timestamp) -> JSONValue {
    [
      "chat_id": chatID, "message_id": messageID, "code": 4001, "reason": "The number is not reachable.",
      "failed_at": timestamp.text,
    ]
  }

  // MARK: Chats

  static func chat(_ type: String, _ timestamp: Timestamp) -> JSONValue? {
    switch type {
    case "chat.created": created(timestamp)
    case "chat.group_name_updated": change(from: "Old name", to: "New name", timestamp)
    case "chat.group_icon_updated": change(from: .null, to: "https://cdn.example.com/icon.png", timestamp)
    case "chat.background_updated": background(timestamp)
    case "chat.typing_indicator.started", "chat.typing_indicator.stopped": ["chat_id": chatID]
    default: ["chat_id": chatID, "error_code": 3007, "failed_at": timestamp.text]
    }
  }

  private static func created(_ timestamp: Timestamp) -> JSONValue {
    [
      "id": chatID, "display_name": .null, "is_group": false, "service": "iMessage",
      "handles": [handle(customer, isMe: false), handle(line, isMe: true)],
      "created_at": timestamp.text, "updated_at": timestamp.text,
    ]
  }

  private static func change(from old: JSONValue, to new: JSONValue, _ timestamp: Timestamp) -> JSONValue {
    [
      "chat_id": chatID, "changed_by_handle": handle(customer, isMe: false), "old_value": old,
      "new_value": new, "updated_at": timestamp.text,
    ]
  }

  private static func background(_ timestamp: Timestamp) -> JSONValue {
    [
      "chat": chatOf2026(at: timestamp, isGroup: true), "actor_handle": handle(customer, isMe: false),
      "background": [
        "type": "dynamic", "style": "aurora", "variant": "sunrise", "image_url": .null, "shades": .null,
      ],
    ]
  }

  // MARK: Polls

  static func poll(_ type: String, _ timestamp: Timestamp) -> JSONValue {
    guard type != "poll.reaction.added" else { return reaction(timestamp) }
    let isOwn = ["poll.sent", "poll.delivered", "poll.read", "poll.failed"].contains(type)
    var members: [JSONValue.Member] = [
      JSONValue.Member("chat", chatOf2026(at: timestamp, isGroup: true)),
      JSONValue.Member("direction", isOwn ? "outbound" : "inbound"),
      JSONValue.Member("message_id", messageID), JSONValue.Member("service", "iMessage"),
      JSONValue.Member("sender_handle", isOwn ? handle(line, isMe: true) : handle(customer, isMe: false)),
    ]
    members += pollMembers(type, timestamp)
    return .object(members)
  }

  private static func pollMembers(_ type: String, _ timestamp: Timestamp) -> [JSONValue.Member] {
    let poll = JSONValue.Member("poll", ["options": [option], "total_voters": 0])
    let sent = timestamp.earlier(bySeconds: 2).text
    let times = [JSONValue.Member("created_at", sent), JSONValue.Member("updated_at", timestamp.text)]
    switch type {
    case "poll.updated": return [JSONValue.Member("added_options", [option])]
    case "poll.vote.added", "poll.vote.removed": return [JSONValue.Member("option_id", optionID)]
    case "poll.received": return [poll, JSONValue.Member("received_at", timestamp.text)] + times
    case "poll.failed":
      return [
        poll, JSONValue.Member("error", ["code": 4005, "message": "A recipient cannot get a poll"]),
        JSONValue.Member("failed_at", timestamp.text),
      ]
    default:
      return [
        poll, JSONValue.Member("sent_at", sent),
        JSONValue.Member("delivered_at", type == "poll.sent" ? .null : timestamp.text),
        JSONValue.Member("read_at", type == "poll.read" ? timestamp.text : .null),
      ] + times
    }
  }

  private static let optionID: JSONValue = "7ca6eb46-23d7-5c6f-99a7-a30f4b93cafa"
  private static let option: JSONValue = [
    "option_id": optionID, "text": "Tuesday", "can_be_edited": false,
    "creator_handle": handle(line, isMe: true), "voters": [],
  ]
}

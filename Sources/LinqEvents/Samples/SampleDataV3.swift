/// The `data` of V3's sample events. The two webhook versions differ in messages only.
enum SampleDataV3 {
  private typealias Moment = SampleEvent.Moment

  static func data(
    of type: String,
    _ version: SampleEvent.Version,
    at moment: SampleEvent.Moment
  ) -> JSONValue? {
    switch type {
    case "message.received", "message.sent", "message.read", "message.delivered":
      version == .v3Of2026 ? messageOf2026(type, moment) : messageOf2025(type, moment)
    case "message.edited": version == .v3Of2026 ? edited(moment) : nil
    case "message.failed":
      [
        "chat_id": chatID, "message_id": messageID, "code": 4001, "reason": "The number is not reachable.",
        "failed_at": moment.text,
      ]
    case "reaction.added", "reaction.removed": reaction(moment)
    case "participant.added": participant("added_at", moment)
    case "participant.removed": participant("removed_at", moment)
    case "chat.created": chat(moment)
    case "chat.group_name_updated":
      groupChange(from: "Old name", to: "New name", moment)
    case "chat.group_icon_updated":
      groupChange(from: .null, to: "https://example.com/icon.png", moment)
    case "chat.typing_indicator.started", "chat.typing_indicator.stopped": ["chat_id": chatID]
    case "phone_number.status_updated":
      [
        "phone_number": line, "previous_status": "ACTIVE", "new_status": "FLAGGED",
        "changed_at": moment.text,
      ]
    case "call.initiated", "call.ringing", "call.answered", "call.ended", "call.failed", "call.declined",
      "call.no_answer":
      call(moment)
    default: nil
    }
  }

  private static let chatID: JSONValue = "3d0c5a64-6a0e-4f0b-9a39-0b1f6f7c2d11"
  private static let messageID: JSONValue = "b2a9a6de-57c3-4a53-8a36-2f1d0c4e7a90"
  private static let customer: JSONValue = "+12025550147"
  private static let line: JSONValue = "+12025550199"
  private static let parts: JSONValue = [["type": "text", "value": "Is the blue one still there?"]]

  private static func handle(_ number: JSONValue, isMe: Bool) -> JSONValue {
    [
      "id": isMe ? "8f6b1c52-0f5e-4f35-8a2c-6f3f5a3b9c01" : "8f6b1c52-0f5e-4f35-8a2c-6f3f5a3b9c02",
      "handle": number, "service": "iMessage", "is_me": .scalar(.bool(isMe)),
    ]
  }

  private static func chatOf2026() -> JSONValue {
    ["id": chatID, "is_group": false, "owner_handle": handle(line, isMe: true)]
  }

  private static func messageOf2026(_ type: String, _ moment: Moment) -> JSONValue {
    let isInbound = type == "message.received"
    return [
      "id": messageID, "direction": isInbound ? "inbound" : "outbound", "chat": chatOf2026(),
      "sender_handle": isInbound ? handle(customer, isMe: false) : handle(line, isMe: true),
      "service": "iMessage", "parts": parts, "sent_at": moment.earlier(bySeconds: 1).text,
      "delivered_at": type == "message.sent" ? .null : moment.text,
      "read_at": type == "message.read" ? moment.text : .null,
    ]
  }

  private static func messageOf2025(_ type: String, _ moment: Moment) -> JSONValue {
    let isInbound = type == "message.received"
    return [
      "chat_id": chatID, "from": isInbound ? customer : line,
      "from_handle": isInbound ? handle(customer, isMe: false) : handle(line, isMe: true),
      "recipient_phone": isInbound ? line : customer, "is_from_me": .scalar(.bool(!isInbound)),
      "service": "iMessage",
      "message": ["id": messageID, "parts": parts, "sent_at": moment.earlier(bySeconds: 1).text],
      isInbound ? "received_at" : "updated_at": moment.text,
    ]
  }

  private static func edited(_ moment: Moment) -> JSONValue {
    [
      "id": messageID, "direction": "inbound", "chat": chatOf2026(),
      "sender_handle": handle(customer, isMe: false),
      "part": ["index": 0, "text": "Is the green one still there?"], "edited_at": moment.text,
    ]
  }

  private static func reaction(_ moment: Moment) -> JSONValue {
    [
      "chat_id": chatID, "message_id": messageID, "part_index": 0, "reaction_type": "love",
      "is_from_me": false, "from": customer, "from_handle": handle(customer, isMe: false),
      "service": "iMessage", "reacted_at": moment.text,
    ]
  }

  private static func participant(_ timeName: String, _ moment: Moment) -> JSONValue {
    [
      "chat_id": chatID, "handle": "+12025550163",
      "participant": handle("+12025550163", isMe: false), timeName: moment.text,
    ]
  }

  private static func chat(_ moment: Moment) -> JSONValue {
    [
      "id": chatID, "display_name": .null, "is_group": false, "service": "iMessage",
      "handles": [handle(customer, isMe: false), handle(line, isMe: true)],
      "created_at": moment.text, "updated_at": moment.text,
    ]
  }

  private static func groupChange(from old: JSONValue, to new: JSONValue, _ moment: Moment) -> JSONValue {
    [
      "chat_id": chatID, "changed_by_handle": handle(customer, isMe: false), "old_value": old,
      "new_value": new, "updated_at": moment.text,
    ]
  }

  private static func call(_ moment: Moment) -> JSONValue {
    [
      "id": "c7f3a8b1-93f4-4c59-9d0e-1d2a3b4c5d6e", "chat_id": chatID, "direction": "inbound",
      "from": customer, "to": line, "started_at": moment.earlier(bySeconds: 95).text,
      "ended_at": moment.text, "duration_seconds": 95,
    ]
  }
}

/// The `data` of V3's sample events. The two webhook versions differ in messages only.
enum SampleDataV3 {
  typealias Timestamp = SampleEvent.Timestamp

  static func data(
    of type: String,
    _ version: SampleEvent.Version,
    at timestamp: Timestamp
  ) -> JSONValue? {
    guard EventTypes.v3.contains(type) else { return nil }
    let family = type.prefix { $0 != "." }
    switch family {
    case "message": return message(type, version, timestamp)
    case "reaction": return reaction(timestamp)
    case "poll": return poll(type, timestamp)
    case "participant": return participant(type, timestamp)
    case "chat": return chat(type, timestamp)
    case "call": return call(timestamp)
    case "location": return location(type, timestamp)
    case "payment", "connection": return payment(type, timestamp)
    case "contact_card" where type == "contact_card.received": return contactCard
    case "phone_number" where type != "phone_number.forwarding_updated": return phoneNumber(type, timestamp)
    default: return account(type, timestamp)
    }
  }

  static let chatID: JSONValue = "3d0c5a64-6a0e-4f0b-9a39-0b1f6f7c2d11"
  static let messageID: JSONValue = "b2a9a6de-57c3-4a53-8a36-2f1d0c4e7a90"
  static let customer: JSONValue = "+12025550147"
  static let line: JSONValue = "+12025550199"

  static func handle(_ number: JSONValue, isMe: Bool) -> JSONValue {
    [
      "id": isMe ? "8f6b1c52-0f5e-4f35-8a2c-6f3f5a3b9c01" : "8f6b1c52-0f5e-4f35-8a2c-6f3f5a3b9c02",
      "handle": number, "service": "iMessage", "is_me": .scalar(.bool(isMe)),
      "joined_at": "2026-01-04T05:48:51.321469Z", "left_at": .null, "status": "active",
    ]
  }

  static func chatOf2026(at timestamp: Timestamp, isGroup: Bool = false) -> JSONValue {
    [
      "id": chatID, "is_group": .scalar(.bool(isGroup)), "owner_handle": handle(line, isMe: true),
      "health_status": [
        "status": "HEALTHY", "doc_url": "https://docs.linqapp.com/guides/chats/chat-health#healthy",
        "updated_at": timestamp.text,
      ],
    ]
  }

  // MARK: Families of one or two types

  static func reaction(_ timestamp: Timestamp) -> JSONValue {
    [
      "chat_id": chatID, "message_id": messageID, "part_index": 0, "reaction_type": "love",
      "custom_emoji": .null, "is_from_me": false, "from": customer,
      "from_handle": handle(customer, isMe: false), "service": "iMessage", "reacted_at": timestamp.text,
      "sticker": .null,
    ]
  }

  private static func participant(_ type: String, _ timestamp: Timestamp) -> JSONValue {
    [
      "chat_id": chatID, "handle": "+12025550163", "participant": handle("+12025550163", isMe: false),
      type == "participant.added" ? "added_at" : "removed_at": timestamp.text,
    ]
  }

  private static func phoneNumber(_ type: String, _ timestamp: Timestamp) -> JSONValue {
    guard type == "phone_number.status_updated" else {
      return ["phone_number": line, "changed_at": timestamp.text]
    }
    return [
      "phone_number": line, "previous_status": "ACTIVE", "new_status": "FLAGGED",
      "previous_health_status": "AT_RISK", "new_health_status": "CRITICAL", "changed_at": timestamp.text,
    ]
  }

  private static func location(_ type: String, _ timestamp: Timestamp) -> JSONValue {
    [
      "shared_by": customer, "shared_with": line, "began_at": timestamp.earlier(bySeconds: 60).text,
      type == "location.sharing.started" ? "ends_at" : "ended_at": timestamp.text, "chat_id": chatID,
    ]
  }

  private static let contactCard: JSONValue = [
    "first_name": "Ann", "last_name": "", "sender_handle": customer, "owner_handle": line,
    "media_url": .null,
  ]

  /// No text of Linq's describes the data of calls; these are the names that V2 has.
  private static func call(_ timestamp: Timestamp) -> JSONValue {
    [
      "id": "c7f3a8b1-93f4-4c59-9d0e-1d2a3b4c5d6e", "chat_id": chatID, "direction": "inbound",
      "from": customer, "to": line, "started_at": timestamp.earlier(bySeconds: 95).text,
      "ended_at": timestamp.text, "duration_seconds": 95,
    ]
  }

  private static func payment(_ type: String, _ timestamp: Timestamp) -> JSONValue {
    let statuses: [String: JSONValue] = [
      "payment.canceled": "canceled", "payment.expired": "expired", "payment.declined": "failed",
    ]
    return [
      "id": "ee5a1675-eab5-544c-9748-d417c6a0c24e", "object": "payment_request", "amount": 4200,
      "currency": "usd", "checkout_url": "https://pay.example.com/acme?session=1",
      "created_at": timestamp.earlier(bySeconds: 60).text, "status": statuses[type] ?? "succeeded",
      "description": "Deposit", "metadata": ["order": "A-17"], "mode": "payment",
      "updated_at": timestamp.text,
    ]
  }
}

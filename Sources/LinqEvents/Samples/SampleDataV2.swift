/// The `data` of V2's sample events.
enum SampleDataV2 {
  private typealias Timestamp = SampleEvent.Timestamp

  static func data(of type: String, at timestamp: SampleEvent.Timestamp) -> JSONValue? {
    switch type {
    case "message.received": message(from: customer, text: "Is the blue one still there?", timestamp)
    case "message.sent": message(from: line, text: "It is. Shall I put it aside for you?", timestamp)
    case "message.read": ["id": "50111", "chat_id": "40817", "read_at": timestamp.text]
    case "call.completed": call(timestamp)
    case "reaction.received": reaction("love", isFromMe: false, timestamp)
    case "reaction.sent": reaction("like", isFromMe: true, timestamp)
    case "typing_indicator.received": typing(true, timestamp)
    case "typing_indicator.removed": typing(false, timestamp)
    case "contact.created", "contact.updated": contact(timestamp)
    case "contact.deleted": ["id": 3071]
    case "participant.added", "participant.removed": participant(timestamp)
    case "chat.created": chat(timestamp)
    default: nil
    }
  }

  private static let customer: JSONValue = "+12025550147"
  private static let line: JSONValue = "+12025550199"

  private static let handles: JSONValue = [
    ["identifier": customer, "display_name": "Ada Example", "is_me": false],
    ["identifier": line, "display_name": "Sample Line", "is_me": true],
  ]

  private static func message(from: JSONValue, text: JSONValue, _ timestamp: Timestamp) -> JSONValue {
    [
      "id": "50112", "chat_id": "40817", "text": text, "sent_at": timestamp.spaced, "is_read": false,
      "from_phone": from, "service": "iMessage", "reaction_id": .null, "chat_handles": handles,
      "attachments": [],
    ]
  }

  private static func call(_ timestamp: Timestamp) -> JSONValue {
    [
      "id": "60201", "to": line, "from": customer, "status": "completed", "direction": "inbound",
      "start_time": timestamp.earlier(bySeconds: 95).spaced, "end_time": timestamp.spaced, "duration": 95,
      "call_type": "normal", "forwarded_from": .null, "answered_by": line, "voicemail": false,
      "has_recording": false, "recording_data": .null,
    ]
  }

  private static func reaction(_ kind: JSONValue, isFromMe: Bool, _ timestamp: Timestamp) -> JSONValue {
    [
      "id": "50301", "chat_message_id": "50112", "chat_id": "40817", "reaction": kind,
      "is_from_me": .scalar(.bool(isFromMe)), "sent_at": timestamp.spaced, "created_at": timestamp.spaced,
      "chat_handle": ["id": "22023", "identifier": isFromMe ? line : customer], "chat_handles": handles,
      "associated_message": [
        "id": "50112", "text": "Is the blue one still there?",
        "sent_at": timestamp.earlier(bySeconds: 40).spaced,
      ],
    ]
  }

  private static func typing(_ isShown: Bool, _ timestamp: Timestamp) -> JSONValue {
    [
      "chat_id": "40817", "display": .scalar(.bool(isShown)), "timestamp": timestamp.spaced,
      "chat_handles": handles,
    ]
  }

  private static func contact(_ timestamp: Timestamp) -> JSONValue {
    [
      "id": 3071, "first_name": "Ada", "last_name": "Example", "full_name": "Ada Example",
      "email": "ada@example.com", "phone_number": customer, "company": "Example Works",
      "title": "Engineer", "location": "Washington, DC", "image_url": .null, "created_at": timestamp.text,
      "updated_at": timestamp.text,
      "contact_owner": [
        "id": 12, "email": "line@example.com", "first_name": "Sample", "last_name": "Line",
        "name": "Sample Line",
      ],
    ]
  }

  private static func participant(_ timestamp: Timestamp) -> JSONValue {
    [
      "chat_id": "40817", "participant": ["identifier": "+12025550163", "display_name": "Bo Example"],
      "timestamp": timestamp.spaced, "chat_handles": handles,
    ]
  }

  private static func chat(_ timestamp: Timestamp) -> JSONValue {
    [
      "id": "40817", "display_name": "Ada Example", "service": "iMessage", "group": false,
      "created_at": timestamp.spaced, "chat_handles": handles,
    ]
  }
}

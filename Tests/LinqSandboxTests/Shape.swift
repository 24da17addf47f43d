import LinqEvents

/// The members and types that Linq's OpenAPI description gives each answer, written out by hand. An answer has
/// all of them and no others.
indirect enum Shape: Sendable {
  case number, text, flag, time, null
  case list(Shape)
  case object([String: Shape])
  case either(Shape, Shape)

  static let handle = Shape.object([
    "id": .number, "phone_number": .text, "service": .text, "joined_at": .time,
  ])
  static let chat = Shape.object([
    "id": .number, "display_name": .text, "service": .text, "group": .flag, "message_count": .number,
    "chat_handles": .list(handle),
  ])
  static let attachment = Shape.object([
    "id": .text, "url": .text, "filename": .text, "mime_type": .text, "file_size": .number,
  ])
  static let startedChat = Shape.object([
    "id": .number, "display_name": .text, "service": .text, "group": .flag, "chat_handles": .list(handle),
    "chat_messages": .object([
      "id": .number, "text": .text, "sent_at": .time, "delivered_at": .either(.time, .null),
      "delivery_status": .text, "is_read": .flag, "attachments": .list(attachment),
    ]),
  ])
  static let reaction = Shape.object([
    "id": .number, "chat_message_id": .number, "reaction": .text, "is_from_me": .flag, "from_phone": .text,
    "sent_at": .time, "created_at": .time, "updated_at": .time,
  ])
  static let message = Shape.object([
    "id": .number, "text": .text, "sent_at": .time, "delivered_at": .either(.time, .null),
    "delivery_status": .text, "edited_at": .either(.time, .null), "is_read": .flag, "sent_from": .text,
    "chat_handle_id": .number, "attachments": .list(attachment), "reactions": .list(reaction),
  ])
  static let phoneNumber = Shape.object([
    "id": .number, "phone_number": .text, "forwarding_number": .either(.text, .null),
    "response_rate": .number,
  ])
  static let subscription = Shape.object([
    "id": .number, "webhook_url": .text, "version": .number, "events": .list(.text), "active": .flag,
    "secret_configured": .flag, "last_delivered_at": .either(.time, .null), "delivery_attempts": .number,
    "created_at": .time, "updated_at": .time,
  ])
  static let pagination = Shape.object([
    "page": .number, "total_pages": .number, "total_count": .number, "per_page": .number,
  ])
  static let error = Shape.object([
    "errors": .list(.object(["status": .number, "code": .text, "title": .text, "detail": .text]))
  ])
  static let standardError = Shape.object([
    "status": .text, "error_code": .text, "message": .text, "errors": .list(.text),
  ])

  func fits(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.number, .scalar(.number)), (.text, .scalar(.string)), (.flag, .scalar(.bool)),
      (.null, .scalar(.null)):
      true
    case (.time, .scalar(.string(let text))): RFC3339.milliseconds(text) != nil
    case (.list(let shape), .array(let elements)): elements.allSatisfy(shape.fits)
    case (.object(let shapes), .object(let members)):
      Set(members.map(\.name)) == Set(shapes.keys) && members.count == shapes.count
        && members.allSatisfy { shapes[$0.name]?.fits($0.value) == true }
    case (.either(let one, let other), _): one.fits(value) || other.fits(value)
    default: false
    }
  }
}

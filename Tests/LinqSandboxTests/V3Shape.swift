import LinqEvents

/// The members that V3's answers have, and their kinds, written out by hand from the published description. A
/// member whose name ends in `?` may be missing. Others may come besides: V3 adds members at any time.
indirect enum V3Shape: Sendable {
  case text, uuid, time, flag, number, url, null
  case one(of: [String])
  case list(V3Shape)
  case object([String: V3Shape])
  case either([V3Shape])

  static func optional(_ shape: V3Shape) -> V3Shape { .either([shape, .null]) }

  static let service = V3Shape.one(of: ["iMessage", "SMS", "RCS"])
  static let handle = V3Shape.object([
    "id": .uuid, "handle": .text, "service": service, "joined_at": .time, "left_at": .optional(.time),
    "is_me": .flag, "status": .one(of: ["active", "left", "removed"]),
  ])
  static let health = V3Shape.object([
    "status": .one(of: ["HEALTHY", "AT_RISK", "CRITICAL", "OPTED_OUT"]), "doc_url": .url, "updated_at": .time,
  ])
  static let reaction = V3Shape.object([
    "handle": handle, "is_me": .flag, "type": .text, "custom_emoji": .optional(.text),
  ])
  static let part = V3Shape.either([
    .object(["type": .one(of: ["text", "link"]), "value": .text, "reactions": .list(reaction)]),
    .object([
      "type": .one(of: ["media"]), "id": .uuid, "url": .url, "filename": .text, "mime_type": .text,
      "size_bytes": .number, "reactions": .list(reaction),
    ]),
  ])
  static let replyTo = V3Shape.object(["message_id": .uuid, "part_index?": .number])
  static let status = V3Shape.one(of: [
    "pending", "queued", "sent", "delivered", "received", "read", "failed",
  ])
  static let sentMessage = V3Shape.object([
    "id": .uuid, "created_at": .time, "delivery_status": status, "is_read": .flag, "parts": .list(part),
    "sent_at": .optional(.time), "delivered_at": .optional(.time), "service": .optional(service),
    "preferred_service": .optional(service), "reply_to": .optional(replyTo), "from_handle": handle,
  ])
  static let message = V3Shape.object([
    "id": .uuid, "chat_id": .uuid, "created_at": .time, "updated_at": .time, "delivery_status": status,
    "is_from_me": .flag, "is_delivered": .flag, "is_read": .flag, "sent_at": .optional(.time),
    "delivered_at": .optional(.time), "read_at": .optional(.time), "from_handle": handle,
    "parts": .list(part), "service": .optional(service), "reply_to": .optional(replyTo),
  ])
  static let chat = V3Shape.object([
    "id": .uuid, "created_at": .time, "updated_at": .time, "display_name": .optional(.text),
    "handles": .list(handle), "health_status": health, "is_archived": .flag, "is_group": .flag,
    "service": .optional(service),
  ])
  static let startedChat = V3Shape.object([
    "chat": .object([
      "id": .uuid, "display_name": .text, "handles": .list(handle), "health_status": health,
      "is_group": .flag, "message": sentMessage, "service": service,
    ])
  ])
  static let subscription = V3Shape.object([
    "id": .text, "target_url": .url, "subscribed_events": .list(.text), "is_active": .flag,
    "created_at": .time, "updated_at": .time, "phone_numbers": .optional(.list(.text)),
    "routing_key_header": .optional(.text), "routing_id_header": .optional(.text),
    "last_delivered_at": .optional(.time),
  ])
  static let ticket = V3Shape.object([
    "attachment_id": .uuid, "upload_url": .url, "download_url": .url, "http_method": .one(of: ["PUT"]),
    "expires_at": .time, "required_headers": .object(["Content-Type": .text, "Content-Length": .text]),
  ])
  static let attachment = V3Shape.object([
    "id": .uuid, "filename": .text, "content_type": .text, "size_bytes": .number, "created_at": .time,
    "status": .one(of: ["pending", "complete", "failed"]), "download_url": .url,
  ])
  static let phoneNumber = V3Shape.object([
    "id": .uuid, "phone_number": .text, "forwarding_number": .optional(.text),
    "reputation": .object(["status": .one(of: ["HEALTHY", "AT_RISK", "CRITICAL"]), "doc_url": .url]),
  ])
  static let error = V3Shape.object([
    "success": .flag, "trace_id": .text,
    "error": .object([
      "status": .number, "code": .number, "message": .text, "doc_url": .url, "retry_after?": .number,
    ]),
  ])

  func fits(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.number, .scalar(.number)), (.text, .scalar(.string)), (.flag, .scalar(.bool)),
      (.null, .scalar(.null)):
      return true
    case (.time, .scalar(.string(let text))): return RFC3339.milliseconds(text) != nil
    case (.url, .scalar(.string(let text))): return text.hasPrefix("http")
    case (.uuid, .scalar(.string(let text))):
      return text.split(separator: "-", omittingEmptySubsequences: false).map(\.count) == [8, 4, 4, 4, 12]
        && text.allSatisfy { $0.isHexDigit || $0 == "-" }
    case (.one(let texts), .scalar(.string(let text))): return texts.contains(text)
    case (.list(let shape), .array(let elements)): return elements.allSatisfy(shape.fits)
    case (.object(let shapes), .object):
      return shapes.allSatisfy { name, shape in
        if name.hasSuffix("?") { return value[member: String(name.dropLast())].map(shape.fits) ?? true }
        return value[member: name].map(shape.fits) ?? false
      }
    case (.either(let shapes), _): return shapes.contains { $0.fits(value) }
    default: return false
    }
  }
}

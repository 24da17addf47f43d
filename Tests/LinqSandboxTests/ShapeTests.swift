import LinqEvents
import Testing

/// The members and types that Linq's OpenAPI description gives each answer, written out by hand. An answer has
/// all of them and no others.
indirect enum Shape {
  case number, text, flag, time, null
  case list(Shape)
  case object([String: Shape])
  case either(Shape, Shape)

  static let handle = Shape.object(["id": .number, "phone_number": .text, "service": .text, "joined_at": .time])
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
    "id": .number, "phone_number": .text, "forwarding_number": .either(.text, .null), "response_rate": .number,
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

@Suite struct ShapeTests {
  @Test func goodAnswersHaveTheShapesOfTheDescription() async throws {
    try await withSandbox { sandbox in
      let (chat, message) = try await sandbox.send()
      let reaction: JSONValue = ["type": "love", "operation": "add"]
      let draft: JSONValue = [
        "webhook_subscription": [
          "webhook_url": "https://a.example/b", "events": ["message.sent"], "version": 2, "active": true,
          "secret": "s",
        ]
      ]
      let people = "phone_number=%2B12025550199&phone_numbers%5B%5D=2025550147"
      let calls: [(String, String, JSONValue?, Int, Shape)] = [
        ("GET", "phone_numbers", nil, 200, .object(["phone_numbers": .list(.phoneNumber)])),
        ("POST", "chats", ["send_from": "2025550199", "chat": ["phone_numbers": ["2025550147"]],
          "message": ["text": "a", "attachment_urls": ["https://a.example/b.png"]]], 200,
          .object(["data": .startedChat])),
        ("GET", "chats/\(chat)", nil, 200, .object(["data": .chat])),
        ("GET", "chats?phone_number=2025550147", nil, 200,
          .object(["data": .list(.chat), "meta": .pagination])),
        ("GET", "chats/find?\(people)", nil, 200, .object(["data": .object(["chat": .chat])])),
        ("GET", "chats/find?\(people)9", nil, 422, .error),
        ("POST", "chat_messages/\(message)/reactions", reaction, 201, .object(["data": .reaction])),
        ("GET", "chats/\(chat)/chat_messages", nil, 200,
          .object(["data": .list(.message), "meta": .pagination])),
        ("GET", "chats/\(chat)/chat_messages/\(message)", nil, 200, .object(["data": .message])),
        ("POST", "webhook_subscriptions", draft, 201, .object(["webhook_subscription": .subscription])),
        ("GET", "webhook_subscriptions", nil, 200,
          .object(["webhook_subscriptions": .list(.subscription)])),
      ]
      for (method, path, body, status, shape) in calls {
        let answer = try await sandbox.call(method, path, body)
        #expect(answer.status == status, "\(method) \(path)")
        #expect(shape.fits(try answer.json()), "\(method) \(path): \(answer.text)")
        #expect(!answer.text.contains("\"secret\""))
      }
    }
  }

  @Test func refusalsHaveTheStatusAndShapeOfTheDescription() async throws {
    try await withSandbox { sandbox in
      let good: [String: JSONValue] = [
        "send_from": "+12025550199", "chat": ["phone_numbers": ["2025550147"]], "message": ["text": "x"],
      ]
      func chat(_ name: String, _ value: JSONValue) -> JSONValue {
        .object(good.merging([name: value]) { $1 }.map { JSONValue.Member($0.key, $0.value) })
      }
      let hook: JSONValue = ["webhook_url": "https://a/b", "events": ["nope"], "version": 2]
      let calls: [(String, String, JSONValue?, Int, Shape)] = [
        ("POST", "chats", [:], 400, .error),
        ("POST", "chats", chat("send_from", "555-123-4567"), 422, .error),
        ("POST", "chats", chat("send_from", nil), 400, .error),
        ("POST", "chats", chat("chat", ["phone_numbers": []]), 400, .error),
        ("POST", "chats", chat("chat", ["phone_numbers": [5]]), 422, .error),
        ("POST", "chats", chat("message", ["text": "x", "idempotency_key": "a b"]), 422, .error),
        ("POST", "chats", chat("message", ["text": "x", "attachment_urls": ["file:///etc/passwd"]]), 422, .error),
        ("GET", "chats", nil, 400, .error),
        ("GET", "chats/1", nil, 404, .error),
        ("GET", "chats/none", nil, 404, .error),
        ("PATCH", "chats", nil, 405, .error),
        ("POST", "chats/1/chat_messages", ["message": ["text": "x"]], 404, .error),
        ("POST", "chat_messages/1/reactions", ["type": "hug", "operation": "add"], 422, .error),
        ("POST", "chat_messages/1/reactions", ["type": "love", "operation": "add"], 404, .error),
        ("POST", "webhook_subscriptions", ["webhook_subscription": [:]], 400, .standardError),
        ("POST", "webhook_subscriptions", ["webhook_subscription": hook], 422, .standardError),
        ("DELETE", "webhook_subscriptions/1", nil, 404, .standardError),
      ]
      for (method, path, body, status, shape) in calls {
        let answer = try await sandbox.call(method, path, body)
        #expect(answer.status == status, "\(method) \(path): \(answer.text)")
        #expect(shape.fits(try answer.json()), "\(method) \(path): \(answer.text)")
      }
      let anonymous = try await sandbox.call("GET", "phone_numbers", token: nil)
      #expect(anonymous.status == 401)
      #expect(Shape.error.fits(try anonymous.json()))
    }
  }
}

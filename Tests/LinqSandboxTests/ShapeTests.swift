import LinqEvents
import Testing

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
        (
          "POST", "chats",
          [
            "send_from": "2025550199", "chat": ["phone_numbers": ["2025550147"]],
            "message": ["text": "a", "attachment_urls": ["https://a.example/b.png"]],
          ], 200,
          .object(["data": .startedChat])
        ),
        ("GET", "chats/\(chat)", nil, 200, .object(["data": .chat])),
        (
          "GET", "chats?phone_number=2025550147", nil, 200,
          .object(["data": .list(.chat), "meta": .pagination])
        ),
        ("GET", "chats/find?\(people)", nil, 200, .object(["data": .object(["chat": .chat])])),
        ("GET", "chats/find?\(people)9", nil, 422, .error),
        ("POST", "chat_messages/\(message)/reactions", reaction, 201, .object(["data": .reaction])),
        (
          "GET", "chats/\(chat)/chat_messages", nil, 200,
          .object(["data": .list(.message), "meta": .pagination])
        ),
        ("GET", "chats/\(chat)/chat_messages/\(message)", nil, 200, .object(["data": .message])),
        ("POST", "webhook_subscriptions", draft, 201, .object(["webhook_subscription": .subscription])),
        (
          "GET", "webhook_subscriptions", nil, 200,
          .object(["webhook_subscriptions": .list(.subscription)])
        ),
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
        ("POST", "chats", chat("send_from", .scalar(.null)), 400, .error),
        ("POST", "chats", chat("chat", ["phone_numbers": []]), 400, .error),
        ("POST", "chats", chat("chat", ["phone_numbers": [5]]), 422, .error),
        ("POST", "chats", chat("message", ["text": "x", "idempotency_key": "a b"]), 422, .error),
        (
          "POST", "chats", chat("message", ["text": "x", "attachment_urls": ["file:///etc/passwd"]]), 422,
          .error
        ),
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

import LinqEvents
import LinqSandbox
import LinqhookHTTPClient
import Testing

/// The sandbox's statuses; that each answer has the form of Linq's description is looked at in `LiveSandbox.request`.
@Suite struct V3ShapeTests {
  @Test func goodAnswersHaveTheStatusOfTheDescription() async throws {
    // A message can be edited for 15 minutes: so that a slow machine is in time.
    try await withSandbox({ $0.timeScale = 1 }) { sandbox in
      let first = try await sandbox.sendV3()
      let chat = try #require(first.chatID)
      let message = try #require(first.messageID)
      let hook: JSONValue = ["target_url": "https://a.example/b", "subscribed_events": ["message.sent"]]
      let subscription = try await sandbox.v3("POST", "webhook-subscriptions", hook)
      let secret = try #require(subscription.value("signing_secret"))
      #expect(secret.hasPrefix("whsec_"))
      let id = try #require(subscription.value("id"))
      let send: JSONValue = [
        "message": [
          "parts": [["type": "text", "value": "x"], ["type": "media", "url": "https://a.example/b.png"]],
          "reply_to": ["message_id": JSONValue(message), "part_index": 0],
        ]
      ]
      let upload: JSONValue = ["filename": "a.txt", "content_type": "text/plain", "size_bytes": 3]
      let ticket = try await sandbox.v3("POST", "attachments", upload)
      let file = try #require(ticket.value("attachment_id"))
      let lines = "from=%2B12025550199&to=%2B12025550147"
      let calls: [(String, String, JSONValue?, Int)] = [
        ("GET", "phone_numbers", nil, 200), ("GET", "chats/\(chat)", nil, 200),
        ("GET", "chats?\(lines)", nil, 200), ("POST", "chats/\(chat)/messages", send, 202),
        ("POST", "messages", ["to": ["+12025550147"], "message": send[member: "message"] ?? .null], 202),
        ("PUT", "chats/\(chat)", ["display_name": "Us"], 409), ("GET", "messages/\(message)", nil, 200),
        ("GET", "messages/\(message)/thread", nil, 200),
        ("PATCH", "messages/\(message)", ["text": "corrected"], 200),
        ("GET", "chats/\(chat)/messages?limit=1", nil, 200),
        (
          "POST", "messages/\(message)/reactions",
          ["operation": "add", "type": "custom", "custom_emoji": "🎉", "part_index": 0], 202
        ),
        ("POST", "chats/\(chat)/typing", nil, 204), ("DELETE", "chats/\(chat)/typing", nil, 204),
        ("POST", "chats/\(chat)/read", nil, 204), ("POST", "attachments", upload, 200),
        ("GET", "attachments/\(file)", nil, 200), ("DELETE", "attachments/\(file)", nil, 204),
        ("GET", "webhook-events", nil, 200), ("GET", "webhook-subscriptions", nil, 200),
        ("GET", "webhook-subscriptions/\(id)", nil, 200),
        ("PUT", "webhook-subscriptions/\(id)", ["is_active": false], 200),
        ("DELETE", "webhook-subscriptions/\(id)", nil, 204),
        ("POST", "capability/check_imessage", ["address": "+12025550147"], 200),
        ("POST", "capability/check_rcs", ["address": "+12025550147"], 200),
        ("DELETE", "messages/\(message)", nil, 204),
      ]
      for (method, path, body, status) in calls {
        let answer = try await sandbox.v3(method, path, body)
        #expect(answer.status == status, "\(method) \(path): \(answer.text)")
        #expect(!answer.text.contains(secret), "\(method) \(path) shows the secret again")
      }
    }
  }

  @Test func refusalsHaveTheStatusAndCodeOfTheDescription() async throws {
    try await withSandbox { sandbox in
      let chat = try #require(try await sandbox.sendV3().chatID)
      func message(_ parts: JSONValue) -> JSONValue { ["message": ["parts": parts]] }
      func start(_ from: JSONValue, _ to: JSONValue, _ text: JSONValue = "x") -> JSONValue {
        ["from": from, "to": to, "message": ["parts": [["type": "text", "value": text]]]]
      }
      let unknown = "6d7d7b61-f799-54ac-88bd-9fbe50e2c994"
      let text: JSONValue = ["type": "text", "value": "x"]
      let link: JSONValue = ["type": "link", "value": "https://a.example"]
      let calls: [(String, String, JSONValue?, Int, Int)] = [
        ("POST", "chats", [:], 400, 1001),
        ("POST", "chats", start("12025550199", ["+12025550147"]), 400, 1002),
        ("POST", "chats", start("+12025550199", []), 400, 1005),
        ("POST", "chats", start("+12025550199", ["nobody"]), 400, 1002),
        ("POST", "chats", start("+12025550199", ["+12025550148"], "see https://a.example"), 400, 1005),
        ("POST", "chats/\(chat)/messages", message([text, text]), 400, 1004),
        ("POST", "chats/\(chat)/messages", message([text, link]), 400, 1004),
        ("POST", "chats/\(chat)/messages", message([]), 400, 1004),
        (
          "POST", "chats/\(chat)/messages", message([["type": "media", "url": "http://a.example/b"]]), 400,
          1005
        ),
        (
          "POST", "chats/\(chat)/messages",
          message([["type": "media", "attachment_id": JSONValue(unknown)]]), 404, 2003
        ),
        ("POST", "chats/\(unknown)/messages", message([text]), 404, 2001),
        ("GET", "chats/\(unknown)", nil, 404, 2001), ("GET", "messages/1", nil, 404, 2002),
        ("GET", "attachments/\(unknown)", nil, 404, 2003),
        ("GET", "webhook-subscriptions/\(unknown)", nil, 404, 2010),
        ("PATCH", "webhook-subscriptions", nil, 405, 1005),
        (
          "POST", "webhook-subscriptions",
          ["target_url": "http://hooks.example.com", "subscribed_events": ["message.sent"]], 400, 1005
        ),
        (
          "POST", "webhook-subscriptions",
          ["target_url": "https://hooks.example.com", "subscribed_events": ["nope"]], 400, 1005
        ),
      ]
      for (method, path, body, status, code) in calls {
        let answer = try await sandbox.v3(method, path, body)
        #expect(answer.status == status, "\(method) \(path): \(answer.text)")
        #expect(answer.number("error.code") == code, "\(method) \(path): \(answer.text)")
      }
      let broken = try await sandbox.request(
        "POST",
        "/api/partner/v3/chats",
        Array("{".utf8),
        headers: [HTTPField("Authorization", "Bearer any")]
      )
      #expect(broken.number("error.code") == 1003)
    }
  }

  @Test(arguments: [nil, "any", "Bearer ", "Bearer other", "Basic right"])
  func aBadBearerTokenIsRefused(_ authorization: String?) async throws {
    try await withSandbox({ $0.token = "right" }) { sandbox in
      let refused = try await sandbox.v3("GET", "phone_numbers", authorization: authorization)
      #expect(refused.status == 401)
      #expect(refused.number("error.code") == 2004)
      #expect(try await sandbox.v3("GET", "phone_numbers", authorization: "Bearer right").status == 200)
    }
  }
}

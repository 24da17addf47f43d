import Foundation
import LinqAPI
import ScriptedServer
import Testing

@Suite struct RequestShapeTests {
  @Test func aFirstMessageIsTheGuidesJSON() async throws {
    let stage = try Stage(answers: answer(200, startedChat))
    _ = try await stage.send()
    let request = try #require(stage.requests.first)
    #expect(request.requestLine == "POST /api/partner/v2/chats HTTP/1.1")
    #expect(request.values("Content-Type") == ["application/json"])
    #expect(
      request.text
        == #"{"send_from":"+15551230000","chat":{"phone_numbers":["+15557654321"]},"message":{"text":"hi","idempotency_key":"key-1"}}"#
    )
  }

  @Test func filesGoAsAFormUnderTheGuidesNames() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).txt")
    try Data("content".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let stage = try Stage(answers: answer(201, #"{"data":{"id":5}}"#))
    let message = OutgoingMessage(
      text: "two",
      attachmentURLs: ["https://example.com/a.pdf"],
      attachmentFiles: [file.path],
      idempotencyKey: try IdempotencyKey(parsing: "k")
    )
    let chat = try #require(ResourceID("40817"))
    #expect(try await stage.client.sendMessage(message, toChat: chat).value.id.description == "5")
    let request = try #require(stage.requests.first)
    #expect(request.requestLine == "POST /api/partner/v2/chats/40817/chat_messages HTTP/1.1")
    for field in [
      "message[text]", "message[attachment_urls][]", "message[attachments][]", "message[idempotency_key]",
    ] {
      #expect(request.text.contains("name=\"\(field)\""))
    }
  }

  @Test func aChatIsFoundByEscapedNumbers() async throws {
    let stage = try Stage(answers: answer(200, #"{"data":{"chat":null,"messages":[]}}"#))
    let number = try PhoneNumber(parsing: "5551230000")
    #expect(try await stage.client.findChat(line: number, with: [number]).value == nil)
    #expect(
      stage.requests.first?.requestLine
        == "GET /api/partner/v2/chats/find?phone_number=%2B15551230000&phone_numbers%5B%5D=%2B15551230000 HTTP/1.1"
    )
  }

  @Test func reactionsAndSubscriptionsSayWhatTheGuideSays() async throws {
    let subscription =
      #"{"webhook_subscription":{"id":3,"webhook_url":"https://a/b","events":[],"active":true}}"#
    let stage = try Stage(
      answers: answer(201, #"{"data":{"id":1}}"#),
      answer(201, subscription),
      answer(
        200,
        #"{"webhook_subscriptions":[{"id":3,"webhook_url":"https://a/b","events":["x"],"active":true}]}"#
      ),
      answer(200, subscription),
      "HTTP/1.1 204 No Content\r\n\r\n"
    )
    let id = try #require(ResourceID("3"))
    _ = try await stage.client.react(to: MessageTarget(messageID: id), with: .tapback(.love), isRemoval: true)
    let draft = WebhookSubscriptionDraft(webhookURL: "https://a/b", events: ["message.sent"], secret: "s")
    #expect(try await stage.client.createSubscription(draft).value.id == id)
    var change = WebhookSubscriptionChange()
    change.isActive = false
    _ = try await stage.client.updateSubscription(id, change)
    try await stage.client.deleteSubscription(id)
    #expect(
      stage.requests.map(\.requestLine) == [
        "POST /api/partner/v2/chat_messages/3/reactions HTTP/1.1",
        "POST /api/partner/v2/webhook_subscriptions HTTP/1.1",
        "GET /api/partner/v2/webhook_subscriptions HTTP/1.1",
        "PUT /api/partner/v2/webhook_subscriptions/3 HTTP/1.1",
        "DELETE /api/partner/v2/webhook_subscriptions/3 HTTP/1.1",
      ]
    )
    #expect(stage.requests[0].text == #"{"type":"love","operation":"remove"}"#)
    #expect(
      stage.requests[1].text
        == #"{"webhook_subscription":{"webhook_url":"https://a/b","events":["message.sent"],"version":2,"active":true,"secret":"s"}}"#
    )
    // V2 replaces a subscription as a whole, so what stays is said again.
    #expect(
      stage.requests[3].text
        == #"{"webhook_subscription":{"webhook_url":"https://a/b","events":["x"],"version":2,"active":false}}"#
    )
  }
}

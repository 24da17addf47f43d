import Foundation
import LinqAPI
import ScriptedServer
import Testing

@Suite struct V3RequestTests {
  private static let sent =
    #"{"chat_id":"c-1","message":{"id":"m-1","created_at":"2026-11-30T09:15:10Z","delivery_status":"queued","is_read":false,"sent_at":null,"parts":[{"type":"text","value":"hi"}]}}"#
  private static let subscription =
    #""id":"s-1","target_url":"https://a/b?version=2026-02-03","subscribed_events":["message.received"],"is_active":true,"created_at":"2026-11-30T08:00:00Z","updated_at":"2026-11-30T08:00:00Z""#

  @Test func theTokenIsABearerToken() async throws {
    let stage = try Stage(version: .v3, answers: answer(200, #"{"phone_numbers":[]}"#))
    _ = try await stage.client.phoneNumbers()
    let request = try #require(stage.requests.first)
    #expect(request.requestLine == "GET /api/partner/v3/phone_numbers HTTP/1.1")
    #expect(request.values("Authorization") == ["Bearer \(Stage.token)"])
    #expect(request.values("X-LINQ-INTEGRATION-TOKEN").isEmpty)
  }

  @Test func aMessageGoesInPartsWithItsReplyAndKey() async throws {
    let stage = try Stage(version: .v3, answers: answer(202, Self.sent))
    let response = try await stage.client.sendMessage(
      OutgoingMessage(
        text: "hi",
        attachmentURLs: ["https://example.com/a.pdf"],
        replyTo: MessageTarget(messageID: try #require(ResourceID("m-0")), partIndex: 1),
        idempotencyKey: try IdempotencyKey(parsing: "key-1")
      ),
      toChat: try #require(ResourceID("c-1"))
    )
    #expect(response.value.id.description == "m-1" && response.value.text == "hi")
    let request = try #require(stage.requests.first)
    #expect(request.requestLine == "POST /api/partner/v3/chats/c-1/messages HTTP/1.1")
    #expect(
      request.text
        == #"{"message":{"parts":[{"type":"text","value":"hi"},{"type":"media","url":"https://example.com/a.pdf"}],"reply_to":{"message_id":"m-0","part_index":1},"idempotency_key":"key-1"}}"#
    )
  }

  @Test func aChatIsStartedFromALine() async throws {
    let chat =
      #"{"chat":{"id":"c-1","display_name":"A","handles":[{"id":"h","handle":"+15557654321"}],"is_group":false,"service":"iMessage","message":{"id":"m-1","parts":[]}}}"#
    let stage = try Stage(version: .v3, answers: answer(201, chat))
    let started = try await stage.send().value
    #expect(started.chat.id.description == "c-1" && started.message?.id.description == "m-1")
    #expect(
      stage.requests.first?.text
        == #"{"from":"+15551230000","to":["+15557654321"],"message":{"parts":[{"type":"text","value":"hi"}],"idempotency_key":"key-1"}}"#
    )
  }

  @Test func filesAreUploadedWithoutTheTokenAndSentById() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).txt")
    try Data("content".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let stage = try Stage(version: .v3) { connection, log in
      while let request = connection.readRequest() {
        let ticket =
          #"{"attachment_id":"a-1","upload_url":"http://\#(request.values("Host").first ?? "")/store?sig=1","download_url":"https://x/y","http_method":"PUT","expires_at":"2026-11-30T09:30:00Z","required_headers":{"Content-Type":"text/plain","Content-Length":"7"}}"#
        switch log.append(request) {
        case 1: connection.write(answer(200, ticket))
        case 2: connection.write(answer(200, "{}"))
        default: connection.write(answer(202, Self.sent))
        }
      }
    }
    _ = try await stage.client.sendMessage(
      OutgoingMessage(
        text: "",
        attachmentFiles: [file.path],
        idempotencyKey: try IdempotencyKey(parsing: "k")
      ),
      toChat: try #require(ResourceID("c-1"))
    )
    let requests = stage.requests
    try #require(requests.count == 3)
    #expect(requests[0].text.contains(#""content_type":"text/plain","size_bytes":7"#))
    #expect(requests[1].requestLine == "PUT /store?sig=1 HTTP/1.1" && requests[1].text == "content")
    #expect(requests[1].values("Authorization").isEmpty && requests[1].values("Content-Length") == ["7"])
    #expect(requests[2].text.contains(#""parts":[{"type":"media","attachment_id":"a-1"}]"#))
  }

  /// The next try of an answer asks for a new place, so one whose time is over must not be the end.
  @Test(arguments: [
    ("403 Forbidden", LinqAPIError.Code.unavailable), ("429 Too Many Requests", .unavailable),
    ("503 Slow Down", .unavailable), ("413 Content Too Large", .refused),
  ]) func whatTheStoreSaysDecidesWhetherAnotherTryIsWorthIt(_ status: String, _ code: LinqAPIError.Code)
    async throws
  {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).txt")
    try Data("content".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let stage = try Stage(version: .v3) { connection, log in
      while let request = connection.readRequest() {
        let ticket =
          #"{"attachment_id":"a-1","upload_url":"http://\#(request.values("Host").first ?? "")/store","download_url":"https://x/y","http_method":"PUT","expires_at":"2026-11-30T09:30:00Z","required_headers":{"Content-Type":"text/plain"}}"#
        connection.write(log.append(request) == 1 ? answer(200, ticket) : answer(status))
      }
    }
    let message = OutgoingMessage(
      text: "",
      attachmentFiles: [file.path],
      idempotencyKey: try IdempotencyKey(parsing: "k")
    )
    let chat = try #require(ResourceID("c-1"))
    let error = await #expect(throws: LinqAPIError.self) {
      _ = try await stage.client.sendMessage(message, toChat: chat)
    }
    #expect(error?.code == code)
    #expect(stage.requests.count == 2)
  }

  @Test func reactionsNameTheEmojiAndThePart() async throws {
    let accepted = answer(202, #"{"status":"accepted","message":"queued","trace_id":"t"}"#)
    let stage = try Stage(version: .v3, answers: accepted)
    let id = try #require(ResourceID("m-1"))
    _ = try await stage.client.react(
      to: MessageTarget(messageID: id),
      with: .tapback(.laugh),
      isRemoval: true
    )
    let emoji = try #require(ReactionType("🎉"))
    _ = try await stage.client.react(to: MessageTarget(messageID: id, partIndex: 2), with: emoji)
    #expect(stage.requests.first?.requestLine == "POST /api/partner/v3/messages/m-1/reactions HTTP/1.1")
    #expect(
      stage.requests.map(\.text) == [
        #"{"operation":"remove","type":"laugh"}"#,
        #"{"operation":"add","type":"custom","custom_emoji":"🎉","part_index":2}"#,
      ]
    )
  }

  @Test func aNewSubscriptionTellsItsSecretOnce() async throws {
    let created = "{\(Self.subscription),\"signing_secret\":\"whsec_c2VjcmV0\"}"
    let stage = try Stage(
      version: .v3,
      answers: answer(201, created),
      answer(200, #"{"subscriptions":[{\#(Self.subscription),"phone_numbers":["+15551230000"]}]}"#),
      answer(200, "{\(Self.subscription)}")
    )
    var draft = WebhookSubscriptionDraft(webhookURL: "https://a/b", events: ["message.received"])
    draft.phoneNumbers = [try PhoneNumber(parsing: "5551230000")]
    draft.routingKeyHeader = "X-Cell"
    let made = try await stage.client.createSubscription(draft)
    #expect(made.value.signingSecret == "whsec_c2VjcmV0")
    #expect(try await stage.client.subscriptions().value.first?.phoneNumbers == ["+15551230000"])
    var change = WebhookSubscriptionChange()
    change.phoneNumbers = []
    change.isActive = false
    _ = try await stage.client.updateSubscription(made.value.id, change)
    #expect(
      stage.requests.map(\.requestLine) == [
        "POST /api/partner/v3/webhook-subscriptions HTTP/1.1",
        "GET /api/partner/v3/webhook-subscriptions HTTP/1.1",
        "PUT /api/partner/v3/webhook-subscriptions/s-1 HTTP/1.1",
      ]
    )
    #expect(
      stage.requests[0].text
        == #"{"target_url":"https://a/b","subscribed_events":["message.received"],"phone_numbers":["+15551230000"],"routing_key_header":"X-Cell"}"#
    )
    #expect(stage.requests[2].text == #"{"phone_numbers":null,"is_active":false}"#)
  }

  @Test func errorsKeepLinqsCodePageAndTrace() async throws {
    let body =
      #"{"success":false,"error":{"status":403,"code":2024,"message":"The recipient has opted out","doc_url":"https://docs.linqapp.com/error/codes/2xxx/2024/"},"trace_id":"0336a3305219538daba836d0d153426d"}"#
    let stage = try Stage(version: .v3, answers: answer(403, body))
    let error = await #expect(throws: LinqAPIError.self) { try await stage.send() }
    #expect(error?.code == .refused && error?.linqCode == 2024 && error?.status == 403)
    for words in ["opted out", "(code 2024)", "codes/2xxx/2024/", "0336a3305219538daba836d0d153426d"] {
      #expect(error?.description.contains(words) == true)
    }
  }

  @Test func aConflictIsTriedOnceMore() async throws {
    let conflict = answer(
      409,
      #"{"success":false,"error":{"status":409,"code":2017,"message":"no"}}"#,
      headers: "Retry-After: 0\r\n"
    )
    let passing = try Stage(version: .v3, answers: conflict, answer(201, #"{"chat":{"id":"c-1"}}"#))
    #expect(try await passing.send().value.chat.id.description == "c-1")
    let failing = try Stage(version: .v3, answers: conflict)
    let error = await #expect(throws: LinqAPIError.self) { try await failing.send() }
    #expect(error?.code == .refused && failing.requests.count == 2)
    let unkeyed = try Stage(version: .v3, answers: conflict)
    _ = await #expect(throws: LinqAPIError.self) { try await unkeyed.send(key: nil) }
    #expect(unkeyed.requests.count == 1)
  }

  @Test func whatAVersionCannotDoIsSaidBeforeAnythingIsSent() async throws {
    let stage = try Stage(version: .v2, answers: answer(200, "{}"))
    let id = try #require(ResourceID("1"))
    let emoji = try #require(ReactionType("🎉"))
    let error = await #expect(throws: LinqAPIError.self) {
      try await stage.client.react(to: MessageTarget(messageID: id), with: emoji)
    }
    #expect(error?.code == .unsupported && error?.description.contains("--api v3") == true)
    _ = await #expect(throws: LinqAPIError.self) { try await stage.client.attachment(id) }
    #expect(stage.requests.isEmpty)
  }

  @Test(arguments: ["love", "question", "🎉", "👍🏽", "❤️"])
  func reactionsAreWordsOrEmoji(text: String) {
    #expect(ReactionType(text)?.text == text)
  }

  @Test(arguments: ["", "Love", "party", "🎉🎉", "1", "#", "a"])
  func otherTextsAreNoReactions(text: String) {
    #expect(ReactionType(text) == nil)
  }
}

import Foundation
import LinqAPI
import LinqEvents
import OpenAPISupport
import ScriptedServer
import Testing

/// Every call of the client for Partner API V3, compared with Linq's description of it.
@Suite struct DescribedCallTests {
  @Test func everyCallIsAsLinqDescribesIt() async throws {
    let description = try OpenAPIDescription.v3()
    let stage = try Self.stage(description)
    try await Self.makeEveryCall(stage.client)
    let calls = stage.requests.filter { !$0.requestLine.hasPrefix("PUT /store ") }.map(\.described)
    for call in calls {
      let violations = description.violations(in: call)
      #expect(violations.isEmpty, "\(call.method) \(call.target): \(violations)")
    }
    #expect(Set(calls.compactMap(description.operation)) == Self.operations)
  }

  @Test func theAnswersThatTheClientReadsAreAsLinqDescribesThem() async throws {
    let description = try OpenAPIDescription.v3()
    let stage = try Self.stage(description)
    try await Self.makeEveryCall(stage.client)
    for request in stage.requests where !request.requestLine.hasPrefix("PUT /store ") {
      let answer = describedAnswer(V3Answers.bytes(request, description))
      let violations = description.violations(in: answer, to: request.described)
      #expect(violations.isEmpty, "\(request.requestLine): \(violations)")
    }
  }

  @Test func whatLinqWouldRefuseIsNotSent() async throws {
    let stage = try Self.stage(try OpenAPIDescription.v3())
    let chat = try #require(ResourceID(V3Answers.chatID))
    let key = try IdempotencyKey(parsing: "k")
    let url = "https://example.com/a.png"
    let messages = [
      OutgoingMessage(text: "", idempotencyKey: key),
      OutgoingMessage(text: String(repeating: "a", count: 10_001), idempotencyKey: key),
      OutgoingMessage(text: "a", attachmentURLs: ["http://example.com/a.png"], idempotencyKey: key),
      OutgoingMessage(text: "a", attachmentURLs: Array(repeating: url, count: 41), idempotencyKey: key),
      OutgoingMessage(text: "a", attachmentFiles: Array(repeating: "a", count: 100), idempotencyKey: key),
    ]
    for message in messages {
      let error = await #expect(throws: LinqAPIError.self) {
        try await stage.client.sendMessage(message, toChat: chat)
      }
      #expect(error?.code == .invalidInput, "\(String(describing: error))")
    }
    let people = try (0..<32).map { try PhoneNumber(parsing: "+155576543\($0 + 10)") }
    for recipients in [[], people] {
      let error = await #expect(throws: LinqAPIError.self) {
        try await stage.client.startChat(
          from: people[0],
          to: recipients,
          message: OutgoingMessage(text: "hi", idempotencyKey: key)
        )
      }
      #expect(error?.code == .invalidInput)
    }
    #expect(stage.requests.isEmpty)
  }

  private static let operations: Set<String> = [
    "GET /v3/phone_numbers", "POST /v3/chats", "GET /v3/chats", "GET /v3/chats/{chatId}/messages",
    "POST /v3/chats/{chatId}/messages", "POST /v3/chats/{chatId}/typing", "DELETE /v3/chats/{chatId}/typing",
    "POST /v3/chats/{chatId}/read", "GET /v3/messages/{messageId}", "POST /v3/messages/{messageId}/reactions",
    "POST /v3/attachments", "GET /v3/attachments/{attachmentId}", "GET /v3/webhook-events",
    "GET /v3/webhook-subscriptions", "POST /v3/webhook-subscriptions",
    "PUT /v3/webhook-subscriptions/{subscriptionId}", "DELETE /v3/webhook-subscriptions/{subscriptionId}",
    "POST /v3/capability/check_imessage", "POST /v3/capability/check_rcs",
  ]

  private static func stage(_ description: OpenAPIDescription) throws -> Stage {
    try Stage(version: .v3) { connection, log in
      while let request = connection.readRequest() {
        _ = log.append(request)
        connection.write(V3Answers.bytes(request, description))
      }
    }
  }

  /// All that the client can do, each in the forms that make a difference on the wire.
  private static func makeEveryCall(_ client: LinqClient) async throws {
    let line = try PhoneNumber(parsing: "+15551230000")
    let person = try PhoneNumber(parsing: "+15557654321")
    _ = try await client.phoneNumbers()
    #expect(try await client.findChat(line: line, with: [person]).value != nil)
    for service in Capability.Service.allCases {
      _ = try await client.capability(of: "+15557654321", for: service)
    }
    try await send(client, line, person)
    try await callForOneChat(client)
    try await callForSubscriptions(client, line)
  }

  private static func send(_ client: LinqClient, _ line: PhoneNumber, _ person: PhoneNumber) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).txt")
    try Data("content".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let target = MessageTarget(messageID: try #require(ResourceID(V3Answers.messageID)), partIndex: 1)
    let whole = OutgoingMessage(
      text: "hi",
      attachmentURLs: ["https://example.com/a.pdf"],
      attachmentFiles: [file.path],
      replyTo: target,
      idempotencyKey: try .random()
    )
    let chat = try #require(ResourceID(V3Answers.chatID))
    for message in [
      whole, OutgoingMessage(text: "hi", idempotencyKey: nil),
      OutgoingMessage(
        text: "",
        attachmentFiles: [file.path],
        replyTo: MessageTarget(messageID: target.messageID),
        idempotencyKey: try .random()
      ),
    ] {
      _ = try await client.sendMessage(message, toChat: chat)
    }
    var first = whole
    first.replyTo = nil
    _ = try await client.startChat(from: line, to: [person], message: first)
    _ = try await client.startChat(from: line, to: [person, line], message: first)
  }

  private static func callForOneChat(_ client: LinqClient) async throws {
    let chat = try #require(ResourceID(V3Answers.chatID))
    let message = try #require(ResourceID(V3Answers.messageID))
    let page = try await client.messages(ofChat: chat, limit: 1)
    let cursor = page.value.nextCursor
    #expect(cursor != nil)
    _ = try await client.messages(ofChat: chat, cursor: cursor, limit: 100)
    _ = try await client.message(message)
    for tapback in ReactionType.Tapback.allCases {
      _ = try await client.react(to: MessageTarget(messageID: message), with: .tapback(tapback))
    }
    for isRemoval in [false, true] {
      _ = try await client.react(
        to: MessageTarget(messageID: message, partIndex: 2),
        with: try #require(ReactionType("🎉")),
        isRemoval: isRemoval
      )
      try await client.setTyping(!isRemoval, inChat: chat)
    }
    try await client.markRead(chat: chat)
    _ = try await client.attachment(try #require(ResourceID(V3Answers.attachmentID)))
  }

  private static func callForSubscriptions(_ client: LinqClient, _ line: PhoneNumber) async throws {
    let url = PayloadVersion.added(to: "https://hooks.example.com/linq?s=2")
    var draft = WebhookSubscriptionDraft(
      webhookURL: url,
      events: WebhookSubscription.subscribableEvents(.v3)
    )
    let made = try await client.createSubscription(draft).value
    draft.phoneNumbers = [line]
    draft.routingKeyHeader = "X-Cell"
    draft.routingIDHeader = "Linq-Chat-Id"
    _ = try await client.createSubscription(draft)
    _ = try await client.subscriptions()
    _ = try await client.eventTypes()
    var change = WebhookSubscriptionChange()
    _ = try await client.updateSubscription(made.id, change)
    change.phoneNumbers = []
    change.isActive = false
    _ = try await client.updateSubscription(made.id, change)
    change.webhookURL = url
    change.events = ["message.received"]
    change.phoneNumbers = [line]
    _ = try await client.updateSubscription(made.id, change)
    try await client.deleteSubscription(made.id)
  }
}

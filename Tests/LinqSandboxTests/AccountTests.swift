import LinqAPI
import LinqEvents
import LinqSandbox
import Testing

@Suite struct AccountTests {
  @Test func aChatWithTheSamePeopleIsFoundAgain() async throws {
    try await withSandbox { sandbox in
      let first = try await sandbox.send("one")
      let second = try await sandbox.send("two")
      #expect(first.chat == second.chat)
      #expect(first.message != second.message)
    }
  }

  @Test func theSameKeySendsOnce() async throws {
    let receiver = try Receiver()
    try await withSandbox { sandbox in
      try await sandbox.subscribe(receiver, events: ["message.sent"])
      let first = try await sandbox.send(key: "k1")
      let again = try await sandbox.send(key: "k1")
      #expect(first == again)
      #expect(try await sandbox.settledReport().deliveries.count == 1)
      let body: JSONValue = ["message": ["text": "x", "idempotency_key": "k1"]]
      let known = try await sandbox.call("POST", "chats/\(first.chat)/chat_messages", body)
      #expect(known.status == 200)
      #expect(known.number("data.id") == first.message)
    }
    await receiver.stop()
  }

  @Test func onlyGivenLinesMaySend() async throws {
    let line = try PhoneNumber(parsing: "+12025550111")
    try await withSandbox({ $0.lines = [line] }) { sandbox in
      let numbers = try await sandbox.call("GET", "phone_numbers")
      #expect(numbers.value("phone_numbers.0.phone_number") == line.description)
      let body: JSONValue = [
        "send_from": "+12025550199", "chat": ["phone_numbers": ["2025550147"]], "message": ["text": "x"],
      ]
      let refused = try await sandbox.call("POST", "chats", body)
      #expect(refused.status == 422)
    }
  }

  @Test func theRateLimitAnswers429AndPasses() async throws {
    try await withSandbox({ $0.rateLimit = 2 }) { sandbox in
      var statuses: [Int] = []
      for _ in 0..<8 { statuses.append(try await sandbox.call("GET", "phone_numbers").status) }
      #expect(statuses.contains(429))
      #expect(statuses.first == 200)
      // The client waits as long as Retry-After says.
      let client = LinqClient(
        address: try ServiceAddress(parsing: sandbox.url),
        token: try IntegrationToken("t"),
        version: .v2,
        http: sandbox.http
      )
      for _ in 0..<3 { #expect(try await client.phoneNumbers().status == 200) }
    }
  }

  @Test func theFiveStepsOfTheGuideEndWithTheirEvents() async throws {
    let receiver = try Receiver()
    try await withSandbox { sandbox in
      let client = LinqClient(
        address: try ServiceAddress(parsing: sandbox.url),
        token: try IntegrationToken("t"),
        version: .v2,
        http: sandbox.http
      )
      let line = try #require(try await client.phoneNumbers().value.first?.phoneNumber)
      let draft = WebhookSubscriptionDraft(
        webhookURL: receiver.url,
        events: WebhookSubscription.subscribableEvents(.v2),
        secret: Receiver.secret
      )
      let subscription = try await client.createSubscription(draft).value
      #expect(subscription.isSecretConfigured == true)
      let message = OutgoingMessage(text: "First", idempotencyKey: try .random())
      let person = try PhoneNumber(parsing: "2025550147")
      let started = try await client.startChat(
        from: try PhoneNumber(parsing: line),
        to: [person],
        message: message
      ).value
      #expect(
        try await client.findChat(line: try PhoneNumber(parsing: line), with: [person]).value?.id
          == started.chat.id
      )
      let attached = OutgoingMessage(
        text: "Second",
        attachmentURLs: ["https://example.com/a.pdf"],
        idempotencyKey: try .random()
      )
      let second = try await client.sendMessage(attached, toChat: started.chat.id).value
      #expect(second.attachments?.first?.mimeType == "application/pdf")
      _ = try await client.react(to: MessageTarget(messageID: second.id), with: .tapback(.love))
      _ = try await sandbox.settledReport()
      let types = Set(receiver.requests.map(\.eventType))
      #expect(
        types == [
          "message.sent", "message.read", "message.received", "typing_indicator.received",
          "typing_indicator.removed", "reaction.received", "reaction.sent",
        ]
      )
      try await client.deleteSubscription(subscription.id)
      #expect(try await client.subscriptions().value.isEmpty)
    }
    await receiver.stop()
  }

  @Test func afterStopMessagesByV2AreRefusedUntilThePersonWritesAgain() async throws {
    try await withSandbox({ $0.peopleAnswer = false }) { sandbox in
      let (chat, _) = try await sandbox.send()
      func write(_ text: String) async throws {
        try await sandbox.trigger("messages", ["from": "+12025550147", "text": JSONValue(text)])
      }
      try await write("STOP")
      let start: JSONValue = [
        "send_from": "+12025550199", "chat": ["phone_numbers": ["2025550147"]], "message": ["text": "x"],
      ]
      let other: JSONValue = [
        "send_from": "+12025550198", "chat": ["phone_numbers": ["2025550147"]], "message": ["text": "x"],
      ]
      let group: JSONValue = [
        "send_from": "+12025550199", "chat": ["phone_numbers": ["2025550147", "2025550148"]],
        "message": ["text": "x"],
      ]
      let intoChat = ("chats/\(chat)/chat_messages", ["message": ["text": "x"]] as JSONValue)
      for (path, body) in [("chats", start), ("chats", other), intoChat] {
        let refused = try await sandbox.call("POST", path, body)
        #expect(refused.status == 403, "\(refused.text)")
        #expect(refused.text.contains("opted out"))
      }
      #expect(try await sandbox.call("GET", "chats?phone_number=2025550198").text.contains("\"data\":[]"))
      #expect(try await sandbox.call("POST", "chats", group).status == 200)
      try await write("hello again")
      #expect(try await sandbox.call("POST", "chats", start).status == 200)
    }
  }

  @Test func bothAPIsShareThirtyMessagesAMinuteForALineAndAPerson() async throws {
    try await withSandbox({
      $0.timeScale = 1
      $0.peopleAnswer = false
    }) { sandbox in
      let (chat, _) = try await sandbox.send(key: "first")
      for _ in 1..<15 { try await sandbox.send() }
      for _ in 0..<15 { #expect(try await sandbox.sendV3().status == 201) }
      let refused = try await sandbox.call(
        "POST",
        "chats/\(chat)/chat_messages",
        ["message": ["text": "one more"]]
      )
      #expect(refused.status == 429)
      #expect((1...60).contains(refused.retryAfter.flatMap { Int($0) } ?? 0))
      #expect(try await sandbox.sendV3().status == 429)
      // A repeat sends nothing, so the pace does not count it.
      _ = try await sandbox.send(key: "first")
    }
  }

  @Test func typingReadMarksAndAvailabilityAreAnswered() async throws {
    try await withSandbox({ $0.peopleAnswer = false }) { sandbox in
      let (chat, _) = try await sandbox.send()
      let calls: [(String, String, JSONValue?, Int)] = [
        ("POST", "chats/\(chat)/start_typing", nil, 201), ("DELETE", "chats/\(chat)/stop_typing", nil, 204),
        ("PUT", "chats/\(chat)/mark_as_read", nil, 204), ("PUT", "chats/1/mark_as_read", nil, 404),
        ("GET", "chats/\(chat)/start_typing", nil, 405),
        ("POST", "i_message_availability/check", ["phone_number": "2025550147"], 200),
        ("POST", "i_message_availability/check", ["phone_number": "555-1"], 422),
      ]
      for (method, path, body, status) in calls {
        let answer = try await sandbox.call(method, path, body)
        #expect(answer.status == status, "\(method) \(path): \(answer.text)")
      }
    }
  }
}

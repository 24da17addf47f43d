import LinqEvents
import LinqSandbox
import LinqhookHTTPClient
import Testing

@Suite struct V3RuleTests {
  @Test func whatOneApiSendsTheOtherSees() async throws {
    try await withSandbox { sandbox in
      let byV2 = try await sandbox.send("by V2")
      let byV3 = try await sandbox.sendV3("by V3")
      let chat = try #require(byV3.chatID)
      let seen = try await sandbox.v3("GET", "chats/\(chat)/messages?limit=100")
      #expect(seen.text.contains("by V2") && seen.text.contains("by V3"))
      let listed = try await sandbox.call("GET", "chats/\(byV2.chat)/chat_messages")
      #expect(listed.text.contains("by V2") && listed.text.contains("by V3"))
    }
  }

  @Test func aKeyOfOneApiSendsNothingInTheOther() async throws {
    try await withSandbox({ $0.peopleAnswer = false }) { sandbox in
      _ = try await sandbox.send("by V2", key: "k1")
      let chats = try await sandbox.v3("GET", "chats").json()
      let chat = try #require(chats[member: "chats"]?.elements?.first?[member: "id"]?.string)
      let again: JSONValue = [
        "message": ["parts": [["type": "text", "value": "by V3"]], "idempotency_key": "k1"]
      ]
      let answer = try await sandbox.v3("POST", "chats/\(chat)/messages", again)
      #expect(answer.status == 202)
      #expect(answer.value("message.parts.0.value") == "by V2")
      #expect(try await sandbox.v3("GET", "chats/\(chat)/messages").text.contains("by V3") == false)
    }
  }

  @Test func theSameKeyGivesTheSameAnswerAndSendsOnce() async throws {
    try await withSandbox({ $0.peopleAnswer = false }) { sandbox in
      let first = try await sandbox.sendV3(key: "k1")
      let again = try await sandbox.sendV3("another text", key: "k1")
      #expect(first.status == 201 && again.status == 201)
      #expect(first.body == again.body)
      let chat = try #require(first.chatID)
      let message = try #require(first.messageID)
      #expect(try await sandbox.v3("GET", "chats/\(chat)/messages").text.contains("another text") == false)
      #expect(try await sandbox.v3("DELETE", "messages/\(message)").status == 204)
      #expect(try await sandbox.sendV3(key: "k1").status == 404)
    }
  }

  @Test func whatOneLineWritesToAnotherArrivesThereInAChatOfItsOwn() async throws {
    let receiver = try Receiver { _, _ in 200 }
    let other: JSONValue = "+12025550198"
    try await withSandbox { sandbox in
      try await sandbox.subscribeV3(receiver.url, events: ["message.received"])
      let sent = try await sandbox.v3(
        "POST",
        "chats",
        [
          "from": JSONValue(LiveSandbox.line), "to": [other],
          "message": ["parts": [["type": "text", "value": "from line to line"]]],
        ]
      )
      #expect(sent.status == 201)
      _ = try await sandbox.settledReport()
      try #require(receiver.requests.count == 1)
      let arrived = receiver.requests[0]
      #expect(arrived.text("data.chat.owner_handle.handle") == other.string)
      #expect(arrived.text("data.sender_handle.handle") == LiveSandbox.line)
      #expect(arrived.text("data.parts.0.value") == "from line to line")
      #expect(arrived.text("data.chat.id") != sent.chatID)
    }
    await receiver.stop()
  }

  @Test func afterStopSendsAreRefusedUntilThePersonWritesAgain() async throws {
    try await withSandbox({ $0.peopleAnswer = false }) { sandbox in
      let chat = try #require(try await sandbox.sendV3().chatID)
      func write(_ text: String) async throws {
        try await sandbox.trigger(
          "messages",
          ["from": JSONValue(LiveSandbox.person), "text": JSONValue(text)]
        )
      }
      try await write(" STOP ")
      let refused = try await sandbox.sendV3()
      #expect(refused.status == 403)
      #expect(refused.number("error.code") == 2024)
      #expect(try await sandbox.v3("GET", "chats/\(chat)").value("health_status.status") == "OPTED_OUT")
      let forced: JSONValue = [
        "message": ["parts": [["type": "text", "value": "x"]]], "override_optout": true,
      ]
      #expect(try await sandbox.v3("POST", "chats/\(chat)/messages", forced).status == 202)
      try await write("stop it, I am joking")
      #expect(try await sandbox.sendV3().status == 201)
    }
  }

  @Test func thirtyMessagesAMinuteAreTheMostForALineAndAPerson() async throws {
    try await withSandbox({
      $0.timeScale = 1
      $0.peopleAnswer = false
    }) { sandbox in
      for _ in 0..<30 { #expect(try await sandbox.sendV3().status == 201) }
      let refused = try await sandbox.sendV3()
      #expect(refused.status == 429)
      #expect(refused.number("error.code") == 1007)
      let wait = try #require(refused.retryAfter.flatMap { Int($0) })
      #expect((1...60).contains(wait))
      #expect(refused.number("error.retry_after") == wait)
      #expect(try await sandbox.sendV3(to: "+12025550148").status == 201)
    }
  }

  @Test func aFaultAfterTheSendIsHealedByItsKey() async throws {
    try await withSandbox({
      $0.failedAnswerShare = 1
      $0.peopleAnswer = false
    }) { sandbox in
      let failed = try await sandbox.sendV3(key: "k")
      #expect(failed.status == 500)
      #expect(failed.number("error.code") == 3006)
      let healed = try await sandbox.sendV3(key: "k")
      #expect(healed.status == 201)
      let chat = try #require(healed.chatID)
      let list = try await sandbox.v3("GET", "chats/\(chat)/messages").json()
      #expect(list[member: "messages"]?.elements?.count == 1)
    }
  }

  @Test func aShareOfSendsIsRefusedAndDoesNothing() async throws {
    try await withSandbox({
      $0.refusedSendShare = 0.5
      $0.peopleAnswer = false
    }) { sandbox in
      var statuses: [Int] = []
      for _ in 0..<24 { statuses.append(try await sandbox.sendV3().status) }
      #expect(Set(statuses) == [201, 429])
      let chats = try await sandbox.v3("GET", "chats").json()
      let chat = try #require(chats[member: "chats"]?.elements?.first?[member: "id"]?.string)
      let list = try await sandbox.v3("GET", "chats/\(chat)/messages").json()
      #expect(list[member: "messages"]?.elements?.count == statuses.count { $0 == 201 })
    }
  }

  @Test func aFileComesInTwoStepsAndCanBeSentAndFetched() async throws {
    try await withSandbox({ $0.timeScale = 1 }) { sandbox in
      let bytes = Array("a file".utf8)
      let request: JSONValue = ["filename": "a.txt", "content_type": "text/plain", "size_bytes": 6]
      let ticket = try await sandbox.v3("POST", "attachments", request)
      let id = try #require(ticket.value("attachment_id"))
      let place = try #require(ticket.value("upload_url"))
      let type = HTTPField("Content-Type", "text/plain")
      let chat = try #require(try await sandbox.sendV3().chatID)
      let send: JSONValue = ["message": ["parts": [["type": "media", "attachment_id": JSONValue(id)]]]]
      #expect(try await sandbox.v3("POST", "chats/\(chat)/messages", send).status == 400)
      for headers in [[], [HTTPField("Content-Type", "text/html")]] {
        #expect(try await sandbox.request("PUT", place, bytes, headers: headers).status == 403)
      }
      #expect(try await sandbox.request("PUT", place, [1], headers: [type]).status == 400)
      let withToken = [type, HTTPField("Authorization", "Bearer any")]
      #expect(try await sandbox.request("PUT", place, bytes, headers: withToken).status == 400)
      #expect(try await sandbox.request("PUT", place, bytes, headers: [type]).status == 200)
      let file = try await sandbox.v3("GET", "attachments/\(id)")
      #expect(file.value("status") == "complete")
      #expect(try await sandbox.v3("POST", "chats/\(chat)/messages", send).status == 202)
      let url = try #require(file.value("download_url"))
      #expect(try await sandbox.request("GET", url, nil, headers: []).body == bytes)
    }
  }

  @Test func anEphemeralUrlDiesAndIsRenewedById() async throws {
    // 15 minutes are 300 ms.
    try await withSandbox({
      $0.hasEphemeralAttachments = true
      $0.timeScale = 3000
    }) { sandbox in
      let answer = try await sandbox.trigger(
        "messages",
        [
          "from": JSONValue(LiveSandbox.person),
          "attachments": [["filename": "a.txt", "content_type": "text/plain", "text": "a file"]],
        ]
      )
      let message = try #require(answer.value("message_id"))
      let seen = try await sandbox.v3("GET", "messages/\(message)")
      let url = try #require(seen.value("parts.0.url"))
      let id = try #require(seen.value("parts.0.id"))
      var status = 200
      while status == 200 { status = try await sandbox.request("GET", url, nil, headers: []).status }
      #expect(status == 403)
      let renewed = try #require(try await sandbox.v3("GET", "attachments/\(id)").value("download_url"))
      #expect(try await sandbox.request("GET", renewed, nil, headers: []).text == "a file")
      #expect(try await sandbox.request("GET", "\(renewed)0", nil, headers: []).status == 403)
    }
  }

  @Test func aSubscriptionChangesOnlyWhatIsNamed() async throws {
    try await withSandbox { sandbox in
      let made = try await sandbox.subscribeV3(
        "https://a.example/b",
        events: ["message.sent"],
        more: [.init("phone_numbers", ["+12025550100"]), .init("routing_key_header", "X-Cell")]
      )
      let path = "webhook-subscriptions/\(try #require(made.value("id")))"
      #expect(made.value("routing_id_header") == "Linq-Chat-Id")
      let off = try await sandbox.v3("PUT", path, ["is_active": false])
      #expect(off.value("is_active") == "false")
      #expect(off.value("phone_numbers.0") == "+12025550100")
      let cleared = try await sandbox.v3("PUT", path, ["phone_numbers": .null])
      #expect(cleared.value("is_active") == "false")
      #expect(try cleared.json()[member: "phone_numbers"] == .null)
      let double: JSONValue = ["target_url": "https://a.example/b", "subscribed_events": ["message.sent"]]
      #expect(try await sandbox.v3("POST", "webhook-subscriptions", double).status == 409)
      #expect(try await sandbox.call("GET", "webhook_subscriptions").text.contains("a.example") == false)
    }
  }

  @Test func pagesFollowEachOtherWithoutGapOrRepetition() async throws {
    try await withSandbox({ $0.peopleAnswer = false }) { sandbox in
      var chat = ""
      for number in 0..<7 { chat = try #require(try await sandbox.sendV3("m\(number)").chatID) }
      var seen: [String] = []
      var cursor: String? = ""
      while let last = cursor {
        let page = try await sandbox.v3("GET", "chats/\(chat)/messages?limit=3&cursor=\(last)").json()
        seen += page[member: "messages"]?.elements?.compactMap { $0[member: "id"]?.string } ?? []
        cursor = page[member: "next_cursor"]?.string
      }
      #expect(seen.count == 7)
      #expect(Set(seen).count == 7)
    }
  }
}

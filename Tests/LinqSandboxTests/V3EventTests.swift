import LinqEvents
import LinqSandbox
import MicroHTTP
import Synchronization
import Testing

@Suite struct V3EventTests {
  @Test(arguments: ["2025-01-01", "2026-02-03"])
  func everySendComesBackInTheVersionOfTheUrl(version: String) async throws {
    let receiver = try Receiver { _, _ in 200 }
    try await withSandbox { sandbox in
      let made = try await sandbox.subscribeV3("\(receiver.url)?version=\(version)")
      let sent = try await sandbox.sendV3("out", key: "k-1")
      _ = try await sandbox.settledReport()
      let own = receiver.requests.filter {
        $0.eventType.hasPrefix("message.") && $0.eventType != "message.received"
      }
      #expect(own.map(\.eventType) == ["message.sent", "message.delivered", "message.read"])
      let id = version == "2025-01-01" ? "data.message.id" : "data.id"
      #expect(own.allSatisfy { $0.text(id) == sent.messageID })
      #expect(own.allSatisfy { $0.text("data.idempotency_key") == "k-1" })
      #expect(receiver.requests.allSatisfy { $0.text("webhook_version") == version })
      let types = Set(receiver.requests.map(\.eventType))
      #expect(
        types.isSuperset(of: [
          "chat.created", "message.received", "reaction.added", "chat.typing_indicator.started",
        ])
      )
      let first = try #require(receiver.requests.first?.snapshot)
      #expect(first.header("webhook-id") != nil && first.header("webhook-signature") != nil)
      #expect(first.header("X-Webhook-Signature") != nil)
      #expect(first.header("X-Webhook-Subscription-ID") == made.value("id"))
    }
    await receiver.stop()
  }

  @Test func bothVersionsOfAnEventHaveOneIdAndGiveTheSameMessage() async throws {
    let receiver = try Receiver { _, _ in 200 }
    try await withSandbox { sandbox in
      try await sandbox.subscribeV3("\(receiver.url)?version=2025-01-01", events: ["message.received"])
      try await sandbox.subscribeV3("\(receiver.url)?version=2026-02-03", events: ["message.received"])
      try await sandbox.trigger("messages", ["from": "+12025550147", "text": "in"])
      _ = try await sandbox.settledReport()
      #expect(receiver.requests.count == 2)
      #expect(Set(receiver.requests.map(\.eventID)).count == 1)
      let texts = receiver.requests.map {
        $0.text("data.parts.0.value") + $0.text("data.message.parts.0.value")
      }
      #expect(texts == ["in", "in"])
    }
    await receiver.stop()
  }

  @Test func everyTypeCanBeAskedFor() async throws {
    let receiver = try Receiver { _, _ in 200 }
    try await withSandbox { sandbox in
      try await sandbox.subscribeV3(receiver.url)
      for type in EventTypes.v3 {
        try await sandbox.trigger("events", ["type": JSONValue(type), "data": ["extra": ["a": 1]]])
      }
      _ = try await sandbox.settledReport()
      #expect(Set(receiver.requests.map(\.eventType)) == Set(EventTypes.v3))
      #expect(receiver.requests.allSatisfy { $0.text("data.extra.a") == "1" })
    }
    await receiver.stop()
  }

  @Test func onlyTheLinesOfTheFilterAreReported() async throws {
    let receiver = try Receiver { _, _ in 200 }
    try await withSandbox { sandbox in
      try await sandbox.subscribeV3(
        receiver.url,
        events: ["message.received"],
        more: [.init("phone_numbers", ["+12025550198"])]
      )
      for line in ["+12025550199", "+12025550198"] {
        try await sandbox.trigger("messages", ["from": "+12025550147", "to": JSONValue(line), "text": "in"])
      }
      _ = try await sandbox.settledReport()
      #expect(receiver.requests.map { $0.text("data.chat.owner_handle.handle") } == ["+12025550198"])
    }
    await receiver.stop()
  }

  @Test func failuresAreNotFinalAndEditsReactionsAndOldMessagesAreTold() async throws {
    let receiver = try Receiver { _, _ in 200 }
    try await withSandbox({ $0.peopleAnswer = false }) { sandbox in
      let sent = JSONValue(try #require(try await sandbox.sendV3().messageID))
      _ = try await sandbox.settledReport()
      try await sandbox.subscribeV3(receiver.url)
      try await sandbox.trigger("failures", ["message_id": sent, "delivered_after_seconds": 1])
      try await sandbox.trigger("reactions", ["message_id": sent, "type": "love"])
      try await sandbox.trigger("reactions", ["message_id": sent, "operation": "remove"])
      let old = try await sandbox.trigger(
        "messages",
        ["from": "+12025550147", "text": "old", "reconciled": true]
      )
      let message = JSONValue(try #require(old.value("message_id")))
      try await sandbox.trigger("edits", ["message_id": message, "text": "new"])
      _ = try await sandbox.settledReport()
      let events = Dictionary(grouping: receiver.requests, by: \.eventType)
      let order = receiver.requests.map(\.eventType).filter { $0.hasPrefix("message.") }
      let failed = try #require(order.firstIndex(of: "message.failed"))
      #expect(order[failed...].contains("message.delivered"))
      #expect(events["reaction.added"]?.first?.text("data.is_from_me") == "false")
      #expect(events["reaction.removed"]?.count == 1)
      #expect(events["message.received"]?.first?.text("data.reconciled_at").isEmpty == false)
      #expect(events["message.edited"]?.first?.text("data.part.text") == "new")
    }
    await receiver.stop()
  }

  @Test func theReceiversRoutingTokenComesBackForItsChat() async throws {
    let seen = Mutex<[(chat: String?, token: String?)]>([])
    let server = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)], loops: 1),
      service: HTTPClosureService { request in
        seen.withLock { $0.append((request.header("Linq-Chat-Id"), request.header("X-Cell"))) }
        return HTTPResponse(status: 200, headers: [HTTPHeaderField("X-Cell", "cell-7")])
      }
    )
    try await withSandbox { sandbox in
      try await sandbox.subscribeV3(
        "http://\(server.boundAddresses[0])/",
        events: ["message.received"],
        more: [.init("routing_key_header", "X-Cell")]
      )
      for person in ["+12025550147", "+12025550147", "+12025550148"] {
        try await sandbox.trigger("messages", ["from": JSONValue(person), "text": "in"])
        _ = try await sandbox.settledReport()
      }
    }
    let lines = seen.withLock(\.self)
    #expect(lines.map(\.token) == [nil, "cell-7", nil])
    #expect(lines[0].chat != nil && lines[0].chat == lines[1].chat && lines[1].chat != lines[2].chat)
    await server.stop(deadlineSeconds: 1)
  }

  @Test func aLostDeliveryIsNeverPostedAndNotHeldAgainstTheReceiver() async throws {
    let receiver = try Receiver { _, _ in 200 }
    try await withSandbox({ $0.lostDeliveryShare = 1 }) { sandbox in
      try await sandbox.subscribeV3(receiver.url, events: ["message.received"])
      try await sandbox.trigger("messages", ["from": "+12025550147", "text": "in"])
      let report = try await sandbox.settledReport()
      #expect(report.deliveries.map(\.outcome) == [.lost])
      #expect(report.summary.neverAgain.count == 1)
      let verdict = Verdict(report: report, file: [])
      #expect(verdict.isGood)
      #expect(verdict.lostOnTheWay == 1)
    }
    #expect(receiver.requests.isEmpty)
    await receiver.stop()
  }
}

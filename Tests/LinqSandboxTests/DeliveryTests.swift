import LinqEvents
import MicroHTTP
import Testing

@testable import LinqSandbox

@Suite struct LinqhookDeliveryTests {
  @Test func nineWaitsFillTwentyFiveMinutes() {
    let waits = (1...10).map { RetryRule(timeScale: 1).waitSeconds(afterTry: $0) }
    #expect(waits.last == .some(nil))
    #expect(abs(waits.compactMap { $0 }.reduce(0, +) - 1500) < 0.001)
    #expect(abs((waits[4] ?? 0) / (waits[3] ?? 1) - 2) < 0.001)
  }

  @Test func everythingComesSignedAndInTheOrderOfItsChat() async throws {
    let receiver = try Receiver()
    try await withSandbox { sandbox in
      try await sandbox.subscribe(receiver)
      try await sandbox.send()
      let report = try await sandbox.settledReport()
      #expect(report.deliveries.allSatisfy { $0.outcome == .delivered && $0.attempts.count == 1 })
    }
    #expect(receiver.requests.allSatisfy { $0.isVerified })
    #expect(
      receiver.requests.map(\.eventType) == [
        "message.sent", "message.read", "typing_indicator.received", "typing_indicator.removed",
        "message.received", "reaction.received",
      ]
    )
    #expect(Set(receiver.requests.map(\.eventID)).count == 6)
    #expect(receiver.requests.allSatisfy { $0.text("api_version") == "v2" })
    await receiver.stop()
  }

  @Test func bothHeaderSetsOfV3AreSent() async throws {
    let receiver = try Receiver()
    try await withSandbox({ $0.version = .v3 }) { sandbox in
      let id = try await sandbox.subscribe(receiver, events: ["message.received", "reaction.added"])
      try await sandbox.send()
      _ = try await sandbox.settledReport()
      #expect(receiver.requests.map(\.eventType) == ["message.received", "reaction.added"])
      let first = try #require(receiver.requests.first)
      #expect(first.isVerified)
      #expect(first.snapshot.header("webhook-id") == first.eventID)
      #expect(first.snapshot.header("X-Webhook-Event") == "message.received")
      #expect(first.snapshot.header("X-Webhook-Subscription-ID") == String(id))
      #expect(first.text("data.sender_handle.handle") == "+12025550147")
      #expect(first.snapshot.header("X-Webhook-Timestamp") == first.snapshot.header("webhook-timestamp"))
    }
    await receiver.stop()
  }

  @Test func faultsAreTriedAgainWithANewStamp() async throws {
    let receiver = try Receiver { _, number in number < 4 ? [500, 429, 503][number - 1] : 204 }
    try await withSandbox({ $0.version = .v3 }) { sandbox in
      try await sandbox.subscribe(receiver, events: ["message.sent"])
      try await sandbox.send()
      let delivery = try #require(try await sandbox.settledReport().deliveries.first)
      #expect(delivery.outcome == .delivered)
      #expect(delivery.attempts.map(\.status) == [500, 429, 503, 204])
    }
    #expect(receiver.requests.count == 4)
    #expect(receiver.requests.allSatisfy { $0.isVerified })
    await receiver.stop()
  }

  @Test(arguments: [400, 401, 404, 410, 301])
  func otherAnswersAreFinal(status: Int) async throws {
    let receiver = try Receiver { _, _ in status }
    try await withSandbox { sandbox in
      try await sandbox.subscribe(receiver, events: ["message.sent"])
      try await sandbox.send()
      let report = try await sandbox.settledReport()
      #expect(report.deliveries.map(\.outcome) == [.refused])
      #expect(report.summary.neverAgain == report.deliveries.map(\.eventID))
    }
    #expect(receiver.requests.count == 1)
    await receiver.stop()
  }

  @Test func tenTriesAreTheMost() async throws {
    let receiver = try Receiver { _, _ in 500 }
    try await withSandbox({ $0.timeScale = 100_000 }) { sandbox in
      try await sandbox.subscribe(receiver, events: ["message.sent"])
      try await sandbox.send()
      let report = try await sandbox.settledReport()
      #expect(report.deliveries.map(\.outcome) == [.exhausted])
      #expect(report.summary.statuses == ["500": 10])
    }
    #expect(receiver.requests.count == 10)
    await receiver.stop()
  }

  @Test func aTargetThatIsNotThereIsANetworkFailure() async throws {
    let receiver = try Receiver()
    try await withSandbox({ $0.timeScale = 100_000 }) { sandbox in
      try await sandbox.subscribe(receiver, events: ["message.sent"])
      await receiver.stop()
      try await sandbox.send()
      let delivery = try #require(try await sandbox.settledReport().deliveries.first)
      #expect(delivery.outcome == .exhausted)
      #expect(delivery.attempts.allSatisfy { $0.status == nil && $0.error != nil })
    }
  }

  @Test func nothingIsPostedToTheWorldOutside() async throws {
    try await withSandbox { sandbox in
      let draft: JSONValue = [
        "webhook_url": "https://hooks.example.com/x", "events": ["message.sent"], "version": 2,
      ]
      _ = try await sandbox.call("POST", "webhook_subscriptions", ["webhook_subscription": draft])
      try await sandbox.send()
      let delivery = try #require(try await sandbox.settledReport().deliveries.first)
      #expect(delivery.outcome == .notLocal)
      #expect(delivery.attempts.isEmpty)
    }
  }

  @Test func withoutASecretNothingIsSigned() async throws {
    let receiver = try Receiver { _, _ in 200 }
    try await withSandbox { sandbox in
      try await sandbox.subscribe(receiver, events: ["message.sent"], secret: nil)
      try await sandbox.send()
      _ = try await sandbox.settledReport()
    }
    #expect(receiver.requests.map(\.verdict) == [.refused(.noSignature)])
    await receiver.stop()
  }

  @Test func anInactiveSubscriptionGetsNothing() async throws {
    let receiver = try Receiver()
    try await withSandbox { sandbox in
      let id = try await sandbox.subscribe(receiver)
      let draft: JSONValue = [
        "webhook_url": "\(receiver.url)", "events": ["message.sent"], "version": 2, "active": false,
      ]
      let answer = try await sandbox.call(
        "PUT",
        "webhook_subscriptions/\(id)",
        ["webhook_subscription": draft]
      )
      #expect(answer.value("webhook_subscription.secret_configured") == "true")
      try await sandbox.send()
      #expect(try await sandbox.settledReport().deliveries.isEmpty)
    }
    #expect(receiver.requests.isEmpty)
    await receiver.stop()
  }
}

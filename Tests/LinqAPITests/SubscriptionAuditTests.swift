import LinqAPI
import Testing

@Suite struct SubscriptionAuditTests {
  private let audit = SubscriptionAudit(
    paths: ["/webhooks/linq": true],
    handlers: [.init(name: "bot", events: ["message.received"]), .init(name: "log", events: ["reaction.*"])]
  )

  private func subscription(
    _ id: String,
    _ url: String = "https://a.example/webhooks/linq",
    events: [String] = ["message.received", "reaction.sent", "reaction.received"],
    isActive: Bool = true,
    isSecretConfigured: Bool? = true
  ) throws -> WebhookSubscription {
    WebhookSubscription(
      id: try #require(ResourceID(id)),
      webhookURL: url,
      events: events,
      isActive: isActive,
      isSecretConfigured: isSecretConfigured
    )
  }

  @Test func whatFitsIsNotMentioned() throws {
    #expect(audit.findings(in: [try subscription("1")]).isEmpty)
    let everything = SubscriptionAudit(
      paths: ["/webhooks/linq": true],
      handlers: [.init(name: "log", events: ["*"])]
    )
    #expect(everything.findings(in: [try subscription("1", events: ["call.completed"])]).isEmpty)
  }

  @Test(arguments: [
    ("?version=2026-02-03", true), ("", false), ("?version=2025-01-01", false),
    ("?line=1&version=2026-02-03", true),
  ]) func v3SubscriptionsMustAskForTheNewestPayloads(query: String, isGood: Bool) throws {
    var audit = audit
    audit.version = .v3
    let url = "https://a.example/webhooks/linq" + query
    let events = ["message.received", "reaction.added", "reaction.removed"]
    let findings = audit.findings(in: [try subscription("1", url, events: events)])
    #expect(findings.isEmpty == isGood, "\(findings)")
    #expect(isGood || findings[0].contains("https://a.example/webhooks/linq?version=2026-02-03"))
  }

  @Test func aFilterThatLeavesOutALineFromHereIsSaid() throws {
    var audit = audit
    audit.lines = ["+12025550100", "+12025550199"]
    var filtered = try subscription("1")
    filtered.phoneNumbers = ["+12025550100"]
    let findings = audit.findings(in: [filtered])
    #expect(findings.count == 1)
    #expect(findings[0].contains("--number +12025550100 --number +12025550199"), "\(findings)")
    filtered.phoneNumbers = []
    #expect(audit.findings(in: [filtered]).isEmpty)
  }

  @Test func inactiveAndAbsentSubscriptionsAreSaid() throws {
    let findings = audit.findings(in: [try subscription("1", isActive: false)])
    #expect(findings.contains { $0.hasPrefix("Subscription 1 is inactive") })
    #expect(findings.contains { $0.hasPrefix("No active subscription") })
  }

  @Test func aWrongURLIsSaid() throws {
    let other = try subscription("2", "https://a.example/webhook")
    #expect(
      audit.findings(in: [try subscription("1"), other]).first?.contains("https://a.example/webhook") == true
    )
    var exact = audit
    exact.publicURL = "https://b.example/webhooks/linq"
    #expect(exact.findings(in: [try subscription("1")]).first?.hasPrefix("Subscription 1 posts to") == true)
    #expect(exact.findings(in: [try subscription("1", "https://b.example/webhooks/linq?line=1")]).isEmpty)
  }

  @Test func eventsThatNobodyWantsOrNobodySendsAreSaid() throws {
    let findings = audit.findings(in: [try subscription("1", events: ["message.read", "reaction.sent"])])
    #expect(
      findings == [
        "Subscription 1 sends message.read, which no handler wants.",
        "The handler bot waits for message.received, which no active subscription sends.",
        "The handler log waits for reaction.received, which no active subscription sends.",
      ]
    )
  }

  @Test func subscriptionsThatDeliverTwiceAreSaid() throws {
    let findings = audit.findings(in: [
      try subscription("1"),
      try subscription("2", "https://a.example/webhooks/linq?line=2", events: ["message.received"]),
    ])
    #expect(findings.count == 1)
    #expect(findings.first?.hasPrefix("Subscriptions 1 and 2 both send message.received") == true)
  }

  @Test func unsignedEventsAreSaid() throws {
    let findings = audit.findings(in: [try subscription("1", isSecretConfigured: false)])
    #expect(findings.first?.contains("has no secret") == true)
  }

  @Test func theReceiversAddressesAreThoseOfSubscriptionsToItsPaths() throws {
    let audit = SubscriptionAudit(paths: ["/webhooks/linq": true], handlers: [], version: .v3)
    let here = try subscription("1", "https://a.example/webhooks/linq?version=2026-02-03")
    let again = try subscription("2", "https://a.example/webhooks/linq?version=2026-02-03&s=2")
    let off = try subscription("3", "https://b.example/webhooks/linq", isActive: false)
    let elsewhere = try subscription("4", "https://a.example/other")
    #expect(audit.publicURLs(in: [elsewhere, off, here, again]) == [here.webhookURL])
    #expect(audit.publicURLs(in: [elsewhere, off]) == [off.webhookURL])
    #expect(audit.publicURLs(in: [elsewhere]).isEmpty)
  }
}

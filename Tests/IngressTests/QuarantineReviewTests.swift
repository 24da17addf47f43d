import InboxSupport
import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookInbox
import Testing

@Suite struct QuarantineReviewTests {
  private static let now = ReceiverUnderTest.now
  private let inbox = MemoryInbox()

  private func review(secret: String = "right", path: String = "/webhooks/linq") throws -> QuarantineReview {
    let endpoint = Endpoint(
      path: path,
      verifier: try SignatureVerifier(
        secrets: [try Secret(secret)],
        schemes: Set(SignatureScheme.allCases),
        toleranceSeconds: 300
      )
    )
    let table = RoutingTable(endpoints: [endpoint])
    return QuarantineReview(inbox: inbox) { table }
  }

  /// Keeps a request that was signed with a secret at a time, and received at another.
  private func keep(
    _ body: [UInt8],
    scheme: SignatureScheme = .v2,
    secret: String = "right",
    stampedAt: Int64 = now,
    receivedAt: Int64 = now
  ) throws {
    let post = try Signed.post(body, scheme: scheme, secret: secret, timestamp: stampedAt)
    inbox.quarantine(
      QuarantinedRequest(
        receivedAtMilliseconds: receivedAt * 1000,
        reason: .invalidSignature,
        detail: "",
        quarantineClass: .mismatched,
        remote: "192.0.2.1",
        path: "/webhooks/linq",
        query: "line=1",
        headers: post.headers.map { QuarantinedRequest.Field(name: $0.0.lowercased(), value: $0.1) },
        body: body
      )
    )
  }

  private func kept() async throws -> [Int64] {
    try await inbox.quarantined(after: 0, limit: 100).map(\.number)
  }

  @Test func aRequestThatVerifiesShowsThatTheSecretIsGood() async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    let wrong = try Signed.post(Signed.message(id: "first"), scheme: .v2, secret: "not ours")
    #expect(try await receiver.send(wrong).status == 503)
    let good = try Signed.post(Signed.message(id: "kept"), scheme: .v2)
    receiver.inbox.quarantine(
      QuarantinedRequest(
        receivedAtMilliseconds: ReceiverUnderTest.now * 1000,
        reason: .invalidSignature,
        detail: "",
        quarantineClass: .mismatched,
        remote: "192.0.2.1",
        client: "192.0.2.1",
        path: "/webhooks/linq",
        query: nil,
        headers: good.headers.map { QuarantinedRequest.Field(name: $0.0, value: $0.1) },
        body: good.body
      )
    )
    let review = QuarantineReview(inbox: receiver.inbox) { receiver.service.routingTable }
    let findings = try await review.run()
    #expect(findings.contains { $0.eventID == "kept" })
    #expect(try await receiver.send(wrong).status == 401)
    await receiver.stop()
  }

  @Test(arguments: SignatureScheme.allCases)
  func aRequestThatASecretOfTodayVerifiesIsLetInAsItCame(_ scheme: SignatureScheme) async throws {
    let body = Signed.message(id: "one")
    try keep(body, scheme: scheme)
    let findings = try await review().run()
    #expect(findings.map(\.outcome) == [.accepted(sequence: 1)])
    #expect(findings.map(\.eventID) == ["one"])
    #expect(try await kept().isEmpty)
    let event = try #require(try await inbox.event(sequence: 1))
    #expect(event.payload == body)
    #expect(event.source == "line=1")
    #expect(event.receivedAtMilliseconds == Self.now * 1000)
  }

  @Test func anEventThatIsThereAlreadyIsADuplicateAndLeaves() async throws {
    try keep(Signed.message(id: "one"))
    try keep(Signed.message(id: "one", text: "again"))
    #expect(try await review().run().map(\.outcome) == [.accepted(sequence: 1), .duplicate])
    #expect(try await kept().isEmpty)
  }

  @Test func whatNoSecretVerifiesStaysAndTheReasonIsSaid() async throws {
    try keep(Signed.message(id: "one"), secret: "wrong")
    try keep(Signed.message(id: "two"))
    let findings = try await review().run()
    guard case .invalidSignature(let detail) = findings.first?.outcome else {
      Issue.record("\(findings)")
      return
    }
    #expect(!detail.isEmpty)
    #expect(findings.last?.outcome == .accepted(sequence: 1))
    #expect(try await kept() == findings.prefix(1).map(\.number))
  }

  @Test func aStampIsJudgedByTheTimeOfArrivalAndStaleOnesAreLetInToo() async throws {
    try keep(
      Signed.message(id: "fresh"),
      scheme: .v3,
      stampedAt: Self.now - 86_400 * 30,
      receivedAt: Self.now - 86_400 * 30
    )
    try keep(Signed.message(id: "stale"), scheme: .v3, stampedAt: Self.now - 4000)
    #expect(
      try await review().run().map(\.outcome) == [.accepted(sequence: 1), .accepted(sequence: 2)]
    )
  }

  @Test func whatIsNoEventStays() async throws {
    try keep(Array("[]".utf8))
    let findings = try await review().run()
    guard case .unusable = findings.first?.outcome else {
      Issue.record("\(findings)")
      return
    }
    #expect(try await kept().count == 1)
  }

  /// What was refused unsigned may be anybody's, whatever is allowed when it is looked at again.
  @Test(arguments: [true, false])
  func whatNobodySignedIsNeverLetIn(_ hasSecret: Bool) async throws {
    inbox.quarantine(
      QuarantinedRequest(
        receivedAtMilliseconds: Self.now * 1000,
        reason: .invalidSignature,
        detail: "",
        quarantineClass: .unsigned,
        remote: "192.0.2.1",
        path: "/webhooks/linq",
        query: nil,
        headers: [],
        body: Signed.message(id: "one")
      )
    )
    try keep(Signed.message(id: "two"), secret: "wrong")
    let verifier = try SignatureVerifier(
      secrets: [try Secret("right")],
      schemes: Set(SignatureScheme.allCases),
      toleranceSeconds: 300
    )
    let endpoint = Endpoint(
      path: "/webhooks/linq",
      verifier: hasSecret ? verifier : nil,
      allowsUnsigned: true
    )
    let table = RoutingTable(endpoints: [endpoint])
    let findings = try await QuarantineReview(inbox: inbox) { table }.run()
    for finding in findings {
      guard case .invalidSignature = finding.outcome else {
        Issue.record("\(finding)")
        continue
      }
    }
    #expect(findings.count == 2)
    #expect(inbox.lastSequence == 0)
  }

  /// Linq signs each retry anew, and the secret that it signs with may have changed between two of them.
  @Test(arguments: ["first", "last"])
  func anyOfEqualRequestsMayBeTheOneThatHolds(_ secret: String) async throws {
    let body = Signed.message(id: "one")
    for each in ["first", "last"] { try keep(body, secret: each) }
    #expect(try await inbox.quarantined(after: 0, limit: 9).map(\.seenCount) == [2])
    #expect(try await review(secret: secret).run().map(\.outcome) == [.accepted(sequence: 1)])
  }

  @Test func aPathWithoutAnEndpointIsSaid() async throws {
    try keep(Signed.message(id: "one"))
    #expect(try await review(path: "/elsewhere").run().map(\.outcome) == [.noEndpoint])
    #expect(try await kept().count == 1)
  }
}

import InboxSupport
import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookInbox
import MicroHTTP
import Testing

/// Every row of the contract's table of answers, in process and over a socket.
@Suite struct AnswerTests {
  @Test(arguments: Depth.allCases) func anEndpointsOwnHeadersAreInItsAnswersWith2xxOnly(_ depth: Depth)
    async throws
  {
    let receiver = try ReceiverUnderTest(depth)
    let endpoint = Endpoint(
      path: "/webhooks/linq",
      verifier: try SignatureVerifier(
        secrets: [try Secret(ReceiverUnderTest.secretText)],
        schemes: Set(SignatureScheme.allCases),
        toleranceSeconds: 300
      ),
      acceptedFields: [HTTPHeaderField("X-Cell", "a")]
    )
    receiver.service.replaceRouting(with: RoutingTable(endpoints: [endpoint]))
    let post = try Signed.post(Signed.message(id: "evt_1"))
    for status in ["accepted", "duplicate"] {
      let answer = try await receiver.send(post)
      #expect(answer.body.contains(status))
      #expect(answer.headers["x-cell"] == "a")
      #expect(answer.headers["content-type"] == "application/json")
    }
    #expect(try await receiver.send(Post(body: [1])).headers["x-cell"] == nil)
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func aNewEventIsAcceptedAndStored(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let body = Signed.message(id: "evt_1")
    let answer = try await receiver.send(try Signed.post(body, target: "/webhooks/linq?line=1"))
    #expect(answer.status == 200)
    #expect(answer.body == #"{"status":"accepted","event_id":"evt_1"}"#)
    #expect(answer.headers["content-type"] == "application/json")
    let stored = try await receiver.inbox.events(after: 0, limit: 10, maxBytes: .max)
    #expect(stored.map(\.payload) == [body])
    #expect(stored.first?.source == "line=1")
    #expect(stored.first?.envelope.chatID == "12345")
    #expect(receiver.service.statistics.outcomes[.accepted] == 1)
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func theCodingOfABodyIsNamed(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let gzip: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c, 0x4a, 6, 0]
    for (coding, said) in [("gzip", "is gzip;"), ("BR", "is br;"), ("\u{1b}[31m", "known"), (nil, "as gzip")]
    {
      var post = try Signed.post(gzip)
      if let coding { post.headers.append(("Content-Encoding", coding)) }
      if coding?.hasPrefix("\u{1b}") == true, depth == .overASocket { continue }
      let answer = try await receiver.send(post)
      #expect(answer.status == 400)
      #expect(answer.body.contains("Content-Encoding") && answer.body.contains(said), "\(answer.body)")
      #expect(receiver.refusals.all.last?.detail.contains(said) == true)
    }
    // What is no event for another reason says nothing of it.
    #expect(try await !receiver.send(try Signed.post(Array("[]".utf8))).body.contains("Encoding"))
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func anEventSeenBeforeIsADuplicateAndNotStoredAgain(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let post = try Signed.post(Signed.message(id: "evt_1"))
    _ = try await receiver.send(post)
    let answer = try await receiver.send(post)
    #expect(answer.status == 200)
    #expect(answer.body == #"{"status":"duplicate","event_id":"evt_1"}"#)
    #expect(receiver.inbox.lastSequence == 1)
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases, SignatureScheme.allCases)
  func everySchemeIsTaken(_ depth: Depth, _ scheme: SignatureScheme) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let answer = try await receiver.send(try Signed.post(Signed.message(id: "evt_1"), scheme: scheme))
    #expect(answer.status == 200)
    let expected = IngressStatistics.VerifiedBy(scheme: scheme, secretIndex: 0)
    #expect(receiver.service.statistics.verified == [expected: 1])
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func eachOfManySecretsIsTakenAndCountedByItsPosition(_ depth: Depth) async throws {
    let secrets = (0..<10).map { "secret_\($0)" }
    let receiver = try ReceiverUnderTest(depth, secrets: secrets)
    for (index, secret) in secrets.enumerated() {
      let answer = try await receiver.send(
        try Signed.post(Signed.message(id: "evt_\(index)"), secret: secret)
      )
      #expect(answer.status == 200)
    }
    let verified = receiver.service.statistics.verified
    #expect(verified.count == 10)
    for index in secrets.indices { #expect(verified[.init(scheme: .v2, secretIndex: index)] == 1) }
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func whatIsNotSignedWellIsRefusedWithTheSameAnswerForEveryCauseAndKept(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    #expect(try await receiver.send(try Signed.post(Signed.message(id: "first"))).status == 200)
    let good = try Signed.post(Signed.message(id: "evt_1"))
    var flipped = good
    flipped.body[40] ^= 1
    var unsigned = good
    unsigned.headers = []
    var malformed = good
    malformed.headers = [("X-Webhook-Signature", "sha256=zz")]
    let foreign = try Signed.post(good.body, secret: "another")
    for post in [flipped, unsigned, malformed, foreign] {
      let answer = try await receiver.send(post)
      #expect(answer.status == 401)
      #expect(answer.body == #"{"error":"invalid_signature"}"#)
    }
    #expect(receiver.inbox.lastSequence == 1)
    let kept = try await receiver.inbox.quarantined(after: 0, limit: 10)
    #expect(kept.map(\.reason) == Array(repeating: .invalidSignature, count: 3))
    #expect(kept.map(\.quarantineClass) == [.mismatched, .unsigned, .mismatched])
    #expect(kept.map(\.seenCount) == [1, 2, 1])
    #expect(kept.first?.body == flipped.body)
    #expect(kept.last?.headers.contains { $0.name.lowercased() == "x-webhook-signature" } == true)
    #expect(receiver.refusals.all.count == 4)
    #expect(!receiver.refusals.all.description.contains(ReceiverUnderTest.secretText))
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func aSignedBodyThatIsNoEventIsRefusedWithADetailAndKept(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    for body in [
      "", "not json", "[]", "{}", #"{"event_id":"","event_type":"x"}"#, #"{"event_id":"a\u0000b"}"#,
    ] {
      let answer = try await receiver.send(try Signed.post(Array(body.utf8)))
      #expect(answer.status == 400)
      #expect(answer.body.hasPrefix(#"{"error":"unusable_event","detail":""#))
    }
    #expect(try await receiver.inbox.quarantined(after: 0, limit: 10).count == 6)
    #expect(receiver.service.statistics.outcomes[.unusable] == 6)
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func anEventWithoutAnIdIsTakenByTheSignedWebhookID(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let body = Array(#"{"event_type":"message.received","data":{}}"#.utf8)
    let answer = try await receiver.send(try Signed.post(body, scheme: .standard, id: "from-header"))
    #expect(answer.body == #"{"status":"accepted","event_id":"from-header"}"#)
    #expect(try await receiver.send(try Signed.post(body, scheme: .v2)).status == 400)
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func otherPathsAndMethodsAndTooLargeBodiesHaveTheirAnswers(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth) { $0.maxBodyBytes = 1024 }
    let body = Signed.message(id: "evt_1")
    let elsewhere = try await receiver.send(try Signed.post(body, target: "/webhooks/linq2"))
    #expect(elsewhere == Received(status: 404, body: #"{"error":"not_found"}"#, headers: elsewhere.headers))
    let wrongMethod = try await receiver.send(Post(method: "PUT", body: body))
    #expect(wrongMethod.status == 405)
    #expect(wrongMethod.headers["allow"] == "POST")
    let large = try await receiver.send(
      try Signed.post(Signed.message(id: "evt_2", text: String(repeating: "x", count: 1024)))
    )
    #expect(large.status == 413)
    #expect(large.body == #"{"error":"body_too_large"}"#)
    #expect(receiver.inbox.lastSequence == 0)
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func whatTheInboxCannotTakeMayBeSentAgain(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    await receiver.inbox.close()
    let answer = try await receiver.send(try Signed.post(Signed.message(id: "evt_1")))
    #expect(answer.status == 503)
    #expect(answer.body == #"{"error":"unavailable"}"#)
    #expect(answer.headers["retry-after"] != nil)
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func unsignedRequestsAreTakenOnlyWhereThatIsAllowed(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth) { $0.allowsUnsigned = true }
    #expect(try await receiver.send(Post(body: Signed.message(id: "evt_1"))).status == 200)
    var forged = try Signed.post(Signed.message(id: "evt_2"))
    forged.body[50] ^= 1
    #expect(try await receiver.send(forged).status == 503)
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func theStatusesOfRefusalsAreTheEndpointsOwn(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth) {
      $0.badSignatureStatus = 503
      $0.staleStatus = 429
    }
    #expect(try await receiver.send(Post(body: Signed.message(id: "evt_1"))).status == 503)
    let stale = try Signed.post(Signed.message(id: "evt_1"), scheme: .v3, timestamp: 1)
    #expect(try await receiver.send(stale).status == 429)
    await receiver.stop()
  }

  @Test func twoHundredCopiesOnFiftyConnectionsAreStoredOnce() async throws {
    let receiver = try ReceiverUnderTest(.overASocket)
    let post = try Signed.post(Signed.message(id: "evt_1"))
    let answers = try await withThrowingTaskGroup(of: Received.self) { group in
      for _ in 0..<200 { group.addTask { try await receiver.send(post) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.allSatisfy { $0.status == 200 })
    #expect(answers.filter { $0.body.contains("accepted") }.count == 1)
    #expect(receiver.inbox.lastSequence == 1)
    await receiver.stop()
  }
}

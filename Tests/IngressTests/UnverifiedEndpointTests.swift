import InboxSupport
import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookInbox
import Synchronization
import Testing

/// What happens while the secret may be wrong: Linq must come again until it is mended.
@Suite struct UnverifiedEndpointTests {
  private func verifier(
    _ secrets: [String],
    schemes: Set<SignatureScheme> = Set(SignatureScheme.allCases)
  ) throws -> SignatureVerifier {
    try SignatureVerifier(secrets: secrets.map { try Secret($0) }, schemes: schemes, toleranceSeconds: 300)
  }

  private func table(
    _ secrets: [String],
    schemes: Set<SignatureScheme> = Set(SignatureScheme.allCases)
  ) throws -> RoutingTable {
    let verifier = try verifier(secrets, schemes: schemes)
    return RoutingTable(endpoints: [Endpoint(path: "/webhooks/linq", verifier: verifier)])
  }

  private func mismatch(_ id: String, scheme: SignatureScheme = .v2) throws -> Post {
    try Signed.post(Signed.message(id: id), scheme: scheme, secret: "the real one")
  }

  private func expectUnavailable(_ answer: Received) {
    #expect(answer.status == 503)
    #expect(answer.body == #"{"error":"unavailable"}"#)
    #expect(answer.headers["retry-after"] == "60")
  }

  @Test(arguments: Depth.allCases, SignatureScheme.allCases)
  func aSignatureThatMatchesNothingIsToldToComeAgainUntilOneHasHeld(
    _ depth: Depth,
    _ scheme: SignatureScheme
  ) async throws {
    let receiver = try ReceiverUnderTest(depth)
    for number in 1...3 {
      expectUnavailable(try await receiver.send(try mismatch("evt_\(number)", scheme: scheme)))
    }
    let kept = try await receiver.inbox.quarantined(after: 0, limit: 9)
    #expect(kept.map(\.quarantineClass) == [.mismatched, .mismatched, .mismatched])
    #expect(receiver.service.statistics.outcomes[.invalidSignature] == 3)
    #expect(receiver.service.endpointReports.map(\.seesOnlyMismatches) == [true])
    #expect(
      try await receiver.send(try Signed.post(Signed.message(id: "ours"), scheme: scheme)).status == 200
    )
    #expect(try await receiver.send(try mismatch("evt_4", scheme: scheme)).status == 401)
    #expect(receiver.service.endpointReports.map(\.seesOnlyMismatches) == [false])
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func whatIsNotSignedAtAllOrNotWellIsRefusedForGoodFromTheFirst(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let digits = String(repeating: "a", count: 64)
    let malformed: [[(String, String)]] = [
      [], [("X-Webhook-Signature", "sha256=zz")], [("X-Webhook-Signature", "sha256=" + digits + "a")],
      [("X-Webhook-Signature", digits)], [("X-Webhook-Signature", digits), ("X-Webhook-Timestamp", "now")],
      [("webhook-signature", "v1,AAAA"), ("webhook-id", "a"), ("webhook-timestamp", "1")],
      [("webhook-signature", "v2,AAAA"), ("webhook-id", "a"), ("webhook-timestamp", "1")],
    ]
    for headers in malformed {
      let answer = try await receiver.send(Post(headers: headers, body: Signed.message(id: "evt_1")))
      #expect(answer.status == 401)
      #expect(answer.body == #"{"error":"invalid_signature"}"#)
    }
    #expect(receiver.refusals.unverified.isEmpty)
    #expect(receiver.service.endpointReports.map(\.mismatchCount) == [0])
    #expect(try await receiver.inbox.quarantined(after: 0, limit: 9).map(\.quarantineClass) == [.unsigned])
    await receiver.stop()
  }

  /// `schemes` may be what is wrong.
  @Test func aSignatureOfASchemeThatIsNotEnabledIsToldToComeAgain() async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    receiver.service.replaceRouting(with: try table([ReceiverUnderTest.secretText], schemes: [.v3]))
    for scheme in [SignatureScheme.v2, .standard] {
      expectUnavailable(try await receiver.send(try Signed.post(Signed.message(id: "evt_1"), scheme: scheme)))
    }
    await receiver.stop()
  }

  @Test func aStaleSignatureShowsThatTheSecretIsGood() async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    try await receiver.verifyOne()
    #expect(try await receiver.send(try mismatch("evt_1")).status == 401)
    await receiver.stop()
  }

  @Test func aReloadStartsAnewOnlyWhereSecretsHaveChanged() async throws {
    let receiver = try ReceiverUnderTest(.inProcess, secrets: ["a", "b"])
    #expect(
      try await receiver.send(try Signed.post(Signed.message(id: "1"), secret: "a")).status == 200
    )
    for same in [["a", "b"], ["b", "a"]] {
      receiver.service.replaceRouting(with: try table(same))
      #expect(try await receiver.send(try mismatch("evt_1")).status == 401)
    }
    for (number, other) in [["a", "c"], ["c"], ["c", "d"]].enumerated() {
      receiver.service.replaceRouting(with: try table(other))
      expectUnavailable(try await receiver.send(try mismatch("evt_1")))
      let good = try Signed.post(Signed.message(id: "new-\(number)"), secret: "c")
      #expect(try await receiver.send(good).status == 200)
      #expect(try await receiver.send(try mismatch("evt_1")).status == 401)
    }
    await receiver.stop()
  }

  @Test func endpointsAreJudgedEachByItself() async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    let endpoints = try ["/a", "/b"].map { path in
      Endpoint(
        path: path,
        verifier: try SignatureVerifier(
          secrets: [try Secret("k" + path)],
          schemes: [.v2],
          toleranceSeconds: 300
        )
      )
    }
    receiver.service.replaceRouting(with: RoutingTable(endpoints: endpoints))
    let good = try Signed.post(Signed.message(id: "1"), secret: "k/a", target: "/a")
    #expect(try await receiver.send(good).status == 200)
    var wrong = try mismatch("2")
    wrong.target = "/a"
    #expect(try await receiver.send(wrong).status == 401)
    wrong.target = "/b"
    expectUnavailable(try await receiver.send(wrong))
    #expect(receiver.service.endpointReports.map(\.seesOnlyMismatches) == [false, true])
    await receiver.stop()
  }

  @Test func theOperatorIsToldOnceAMinuteAndOnlyThenIsTheCauseLookedFor() async throws {
    let looked = Atomic(0)
    let receiver = try ReceiverUnderTest(.inProcess) {
      $0.explanation = { headers, body, _ in
        looked.add(1, ordering: .relaxed)
        return ["\(headers.containsText) \(body.count)"]
      }
    }
    for second in [0, 1, 59, 60, 119, 120, -1] as [Int64] {
      receiver.clock.set(to: ReceiverUnderTest.now + second)
      _ = try await receiver.send(try mismatch("evt_1"))
    }
    let told = receiver.refusals.unverified
    #expect(told.map(\.mismatchCount) == [1, 4, 6, 7])
    #expect(looked.load(ordering: .relaxed) == 0)
    #expect(told.first?.explain() == ["true \(Signed.message(id: "evt_1").count)"])
    #expect(told.first?.path == "/webhooks/linq")
    await receiver.stop()
  }

  /// Everything that Linq sent meanwhile is there when the secret is mended.
  @Test func aWrongSecretCostsNothingForGood() async throws {
    let receiver = try ReceiverUnderTest(.inProcess, secrets: ["wrong"])
    for number in 1...20 { expectUnavailable(try await receiver.send(try mismatch("evt_\(number)"))) }
    let right = try table(["the real one"])
    receiver.service.replaceRouting(with: right)
    #expect(try await receiver.send(try mismatch("evt_1")).status == 200)
    let findings = try await QuarantineReview(inbox: receiver.inbox) { right }.run()
    #expect(findings.count { $0.outcome == .duplicate } == 1)
    #expect(receiver.inbox.lastSequence == 20)
    await receiver.stop()
  }

  /// What the quarantine holds shows that a secret is good as well as what comes now, for its own endpoint.
  @Test(arguments: Depth.allCases, [false, true])
  func aKeptSignatureThatHoldsShowsThatTheSecretIsGood(_ depth: Depth, _ isOneAlone: Bool) async throws {
    let receiver = try ReceiverUnderTest(depth, secrets: ["wrong"])
    expectUnavailable(try await receiver.send(try mismatch("evt_1")))
    let other = Endpoint(path: "/other", verifier: try verifier(["the real one"]))
    let mended = Endpoint(path: "/webhooks/linq", verifier: try verifier(["the real one"]))
    receiver.service.replaceRouting(with: RoutingTable(endpoints: [mended, other]))
    let forged = try Signed.post(Signed.message(id: "forged"), secret: "a forger's")
    expectUnavailable(try await receiver.send(forged))
    let review = QuarantineReview(inbox: receiver.inbox) { receiver.service.routingTable }
    let kept = try await receiver.inbox.quarantined(after: 0, limit: 9)
    #expect(kept.count == 2)
    if isOneAlone {
      #expect(try await review.accept(try #require(kept.last).number)?.outcome.isAccepted == false)
      expectUnavailable(try await receiver.send(forged))
      #expect(try await review.accept(try #require(kept.first).number)?.outcome.isAccepted == true)
    } else {
      #expect(try await review.run().map(\.outcome.isAccepted) == [true, false])
    }
    #expect(try await receiver.send(forged).status == 401)
    #expect(receiver.service.endpointReports.map(\.hasVerified) == [true, false])
    await receiver.stop()
  }

  @Test func whatNoSecretInForceVerifiesShowsNothing() async throws {
    let receiver = try ReceiverUnderTest(.inProcess, secrets: ["wrong"])
    expectUnavailable(try await receiver.send(try mismatch("evt_1")))
    #expect(try await receiver.send(Post(body: Signed.message(id: "evt_2"))).status == 401)
    let review = QuarantineReview(inbox: receiver.inbox) { receiver.service.routingTable }
    #expect(try await review.run().allSatisfy { !$0.outcome.isAccepted })
    expectUnavailable(try await receiver.send(try mismatch("evt_1")))
    await receiver.stop()
  }
}

extension QuarantineReview.Outcome {
  fileprivate var isAccepted: Bool { if case .accepted = self { true } else { false } }
}

extension SignatureHeaders {
  fileprivate var containsText: Bool { xWebhookSignature != nil }
}

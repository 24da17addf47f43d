import InboxSupport
import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookInbox
import MicroHTTP
import Testing

/// 404 is final at Linq: careless spellings of a path are the path, and what cannot be is kept if it is Linq's.
@Suite struct PathTests {
  @Test(arguments: [
    "/webhooks/linq/", "//webhooks/linq", "/webhooks//linq//", "/webhooks/linq?", "/webhooks/linq/?",
    "/%77ebhooks/linq", "/webhooks%2Flinq", "/webhooks%2flinq%2F", "/./webhooks/linq", "/webhooks/./linq/.",
    "/x/../webhooks/linq", "/../webhooks/linq", "/webhooks/%2e%2E/webhooks/linq", "http://host/webhooks/linq",
    "HTTPS://host:443//webhooks/linq/",
  ])
  func aHarmlessSpellingIsThePath(_ target: String) async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    let post = try Signed.post(Signed.message(id: "evt_1"), target: target)
    #expect(try await receiver.send(post).status == 200)
    let stored = try #require(try await receiver.inbox.event(sequence: 1))
    #expect(stored.source == nil)
    #expect(receiver.refusals.unknownPaths.isEmpty)
  }

  @Test(arguments: ["/webhooks/linq/?line=1", "//webhooks/linq?line=1", "http://h/webhooks/linq?line=1"])
  func theQueryIsTheSourceHoweverThePathIsSpelt(_ target: String) async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    #expect(
      try await receiver.send(try Signed.post(Signed.message(id: "evt_1"), target: target)).status == 200
    )
    #expect(try await receiver.inbox.event(sequence: 1)?.source == "line=1")
  }

  @Test(arguments: [
    "/webhooks/linq2", "/webhooks", "/", "/webhooks/linq/x", "/webhooks/Linq", "/webhooks/linq%2",
    "/webhooks/linq%zz",
    "/webhooks/linq%00", "/webhooks/linq%20", "/webhooks/linq%3Fline=1", "/webhooks/linq;a",
    "/webhooks%252Flinq",
    "/webhooks/linq/..", "/webhooks/linq/../x", "/webhooks\\linq", "*", "webhooks/linq",
    "ftp://h/webhooks/linq", "",
  ])
  func anotherPathIsNot(_ target: String) async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    let answer = try await receiver.send(try Signed.post(Signed.message(id: "evt_1"), target: target))
    #expect(answer.status == 404)
    #expect(answer.body == #"{"error":"not_found"}"#)
    #expect(receiver.inbox.lastSequence == 0)
    #expect(receiver.service.statistics.unknownPathsVerified == 1)
  }

  @Test func theConfiguredSpellingWinsOverOneThatIsOnlyEqualToIt() async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    let endpoints = try ["/a%2Fb", "/c/", "/"].map { path in
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
    for (target, path) in [("/a%2Fb", "/a%2Fb"), ("/a/b", "/a%2Fb"), ("/c", "/c/"), ("//", "/"), ("/.", "/")]
    {
      let post = try Signed.post(Signed.message(id: target), secret: "k" + path, target: target)
      #expect(try await receiver.send(post).status == 200)
    }
  }

  @Test(arguments: ["/webhooks/linq", "/webhooks/linq/"])
  func anotherMethodOnThePathIsNamedSo(_ target: String) async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    for method in ["GET", "PUT", "OPTIONS"] {
      #expect(try await receiver.send(Post(method: method, target: target)).status == 405)
    }
  }

  @Test(arguments: Depth.allCases, SignatureScheme.allCases)
  func aSignedRequestToAnUnknownPathIsKeptAndLetInOnceThePathIsConfigured(
    _ depth: Depth,
    _ scheme: SignatureScheme
  ) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let post = try Signed.post(Signed.message(id: "evt_1"), scheme: scheme, target: "/new/path/?line=1")
    for _ in 1...2 { #expect(try await receiver.send(post).status == 404) }
    let kept = try await receiver.inbox.quarantined(after: 0, limit: 9)
    #expect(kept.map(\.reason) == [.unknownPath])
    #expect(kept.map(\.quarantineClass) == [.authentic])
    #expect(kept.map(\.seenCount) == [2])
    #expect(receiver.refusals.all.map(\.status) == [404, 404])
    let review = { (path: String) in
      let verifier = try SignatureVerifier(
        secrets: [try Secret(ReceiverUnderTest.secretText)],
        schemes: Set(SignatureScheme.allCases),
        toleranceSeconds: 300
      )
      let table = RoutingTable(endpoints: [Endpoint(path: path, verifier: verifier)])
      return try await QuarantineReview(inbox: receiver.inbox) { table }.run().map(\.outcome)
    }
    #expect(try await review("/webhooks/linq") == [.noEndpoint])
    #expect(try await review("/new/path") == [.accepted(sequence: 1)])
    #expect(try await receiver.inbox.event(sequence: 1)?.source == "line=1")
    #expect(try await receiver.inbox.quarantined(after: 0, limit: 9).isEmpty)
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func ofOthersNothingIsKeptAndTheyAreTold(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let forged = try Signed.post(Signed.message(id: "evt_1"), secret: "another", target: "/.env?token=1")
    let unsigned = Post(target: "/.env", body: Signed.message(id: "evt_1"))
    let large = try Signed.post(
      Signed.message(id: "evt_1", text: String(repeating: "x", count: 2 << 20)),
      target: "/x"
    )
    for post in [forged, unsigned, large, Post(method: "GET", target: "/.env")] {
      #expect(try await receiver.send(post).status == 404)
    }
    #expect(receiver.refusals.unknownPaths.map(\.path) == ["/.env", "/.env", "/x", "/.env"])
    #expect(receiver.service.statistics.unknownPaths == 4)
    #expect(try await receiver.inbox.quarantined(after: 0, limit: 9).isEmpty)
    #expect(receiver.service.endpointReports.map(\.mismatchCount) == [0])
    await receiver.stop()
  }

  /// Verifying costs time, and anyone can ask for it.
  @Test func aStrangerHasOnlySoMuchVerifiedAndLeavesRoomForOthers() async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    func isVerified(_ number: Int, from remote: RemoteAddress) async throws -> Bool {
      let before = receiver.service.statistics.unknownPathsVerified
      var post = try Signed.post(Signed.message(id: "evt_\(number)"), target: "/elsewhere")
      post.remoteAddress = remote
      #expect(try await receiver.send(post).status == 404)
      return receiver.service.statistics.unknownPathsVerified > before
    }
    var verified = 0
    for number in 0..<700 where try await isVerified(number, from: .ipv6(1, UInt64(number))) { verified += 1 }
    #expect(verified == 500)
    #expect(try await isVerified(1000, from: .ipv6(2, 1)))
    receiver.clock.set(to: ReceiverUnderTest.now + 60)
    #expect(try await isVerified(1001, from: .ipv6(1, 1)))
  }
}

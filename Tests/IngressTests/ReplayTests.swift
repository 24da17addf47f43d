import InboxSupport
import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookInbox
import MicroHTTP
import Testing

/// What a neighbour, or somebody with a recorded request, can do to the events of others.
@Suite struct ReplayTests {
  private static let now = ReceiverUnderTest.now

  /// A receiver with two endpoints of two parties, `/a` and `/b`, each with a secret of its own.
  private func receiver(maxDedupEntries: Int = 1000) async throws -> ReceiverUnderTest {
    let clock = SetClock()
    var limits = InboxLimits()
    limits.maxDedupEntries = maxDedupEntries
    let inbox = MemoryInbox(
      limits,
      clock: InboxClock(
        wallMilliseconds: { clock.nowSeconds * 1000 },
        monotonicMilliseconds: { clock.nowSeconds * 1000 }
      )
    )
    let receiver = try ReceiverUnderTest(.inProcess, inbox: inbox, clock: clock)
    let endpoints = try ["/a", "/b"].map { path in
      Endpoint(
        path: path,
        verifier: try SignatureVerifier(
          secrets: [try Secret("secret of \(path)")],
          schemes: Set(SignatureScheme.allCases),
          toleranceSeconds: 300
        )
      )
    }
    receiver.service.replaceRouting(with: RoutingTable(endpoints: endpoints))
    try await inbox.separateIDs(
      by: try ["/a", "/b"].map { path in
        EndpointKeys(path: path, keys: [try Secret("secret of \(path)")], toleranceMilliseconds: 300_000)
      }
    )
    return receiver
  }

  private func post(
    _ id: String,
    to path: String,
    _ scheme: SignatureScheme = .v2,
    createdAt: String = "2026-02-05T19:30:00Z",
    timestamp: Int64 = now
  ) throws -> Post {
    try Signed.post(
      Signed.message(id: id, createdAt: createdAt),
      scheme: scheme,
      secret: "secret of \(path)",
      id: id,
      timestamp: timestamp,
      target: path
    )
  }

  @Test(arguments: SignatureScheme.allCases)
  func anIdThatTheHolderOfAnotherSecretSentFirstTakesNothingAway(_ scheme: SignatureScheme) async throws {
    let receiver = try await receiver()
    #expect(try await receiver.send(post("x", to: "/a", scheme)).status == 200)
    let real = try post("x", to: "/b", scheme)
    #expect(try await receiver.send(real).body.contains(#""accepted""#))
    #expect(try await receiver.send(real).body.contains(#""duplicate""#))
  }

  @Test func anIdThatStandsOnlyInASignedHeaderCountsForItsEndpointToo() async throws {
    let receiver = try await receiver()
    let body = Array(#"{"event_type":"message.received","data":{}}"#.utf8)
    for path in ["/a", "/b"] {
      let post = try Signed.post(
        body,
        scheme: .standard,
        secret: "secret of \(path)",
        id: "x",
        target: path
      )
      #expect(try await receiver.send(post).body.contains(#""accepted""#))
      #expect(try await receiver.send(post).body.contains(#""duplicate""#))
    }
  }

  @Test func aFloodFromTheYear2099MakesNobodysEventsTooOld() async throws {
    let receiver = try await receiver(maxDedupEntries: 10)
    for number in 0..<100 {
      let flood = try post("f\(number)", to: "/a", createdAt: "2099-01-01T00:00:00Z")
      #expect(try await receiver.send(flood).status == 200)
    }
    for path in ["/b", "/a"] {
      #expect(try await receiver.send(post("real", to: path)).body.contains(#""accepted""#))
    }
    receiver.clock.set(to: Self.now + 4000)
    await receiver.inbox.maintain()
    let fresh = try post("later", to: "/a", createdAt: "2026-02-05T20:30:00Z")
    #expect(try await receiver.send(fresh).body.contains(#""accepted""#))
  }

  @Test(arguments: [SignatureScheme.v3, .standard])
  func aRecordedRequestIsADuplicateForAsLongAsItsStampPasses(_ scheme: SignatureScheme) async throws {
    let receiver = try await receiver(maxDedupEntries: 10)
    let captured = try post("captured", to: "/b", scheme)
    #expect(try await receiver.send(captured).status == 200)
    for number in 0..<100 {
      #expect(try await receiver.send(post("f\(number)", to: "/b")).status == 200)
    }
    receiver.clock.set(to: Self.now + 300)
    #expect(try await receiver.send(captured).body.contains(#""duplicate""#))
    receiver.clock.set(to: Self.now + 301)
    #expect(try await receiver.send(captured).body.contains("stale_timestamp"))
  }

  @Test func whereStampedRequestsFillTheIndexTheNextIsToComeAgain() async throws {
    let receiver = try await receiver(maxDedupEntries: 3)
    for number in 0..<3 { _ = try await receiver.send(post("s\(number)", to: "/b", .v3)) }
    let full = try await receiver.send(post("s3", to: "/b", .v3))
    #expect(full.status == 503 && full.headers["retry-after"] != nil)
    #expect(try await receiver.send(post("s3", to: "/a", .v3)).status == 200)
    receiver.clock.set(to: Self.now + 301)
    let again = try post("s3", to: "/b", .v3, timestamp: Self.now + 301)
    #expect(try await receiver.send(again).status == 200)
  }

  @Test func aV2EventThatDoesNotSayWhenItWasMadeIsTooOldOnceIdsWereForgotten() async throws {
    let receiver = try await receiver(maxDedupEntries: 1)
    let body = Array(#"{"event_id":"timeless","event_type":"message.received","data":{}}"#.utf8)
    let timeless = try Signed.post(body, secret: "secret of /a", target: "/a")
    #expect(try await receiver.send(timeless).status == 200)
    receiver.clock.set(to: Self.now + 3600)
    _ = try await receiver.send(post("next", to: "/a", createdAt: "2026-02-05T20:30:00Z"))
    #expect(try await receiver.send(timeless).status == 409)
    let kept = try await receiver.inbox.quarantined(after: 0, limit: 9)
    #expect(kept.map(\.reason) == [.tooOldToDeduplicate])
    #expect(kept.first?.detail.contains("no readable created_at") == true)
  }

  @Test func aRecordedRequestThatIsPlayedAgainIsNoSignOfLife() async throws {
    let receiver = try await receiver()
    let captured = try post("captured", to: "/b", .v3)
    #expect(try await receiver.send(captured).status == 200)
    let before = receiver.service.statistics
    #expect(before.clockSkewSeconds == 0)
    for age in [10, 299, 3600] as [Int64] {
      receiver.clock.set(to: Self.now + age)
      _ = try await receiver.send(captured)
      let after = receiver.service.statistics
      #expect(after.clockSkewSeconds == 0)
      #expect(after.outcomes[.accepted] == 1)
    }
  }

  @Test func theTimeOfTheLastEventFollowsTheClockThatIsSetBack() async throws {
    let receiver = try await receiver()
    receiver.clock.set(to: Self.now + 86_400)
    #expect(try await receiver.send(post("x", to: "/b")).status == 200)
    for now in [Self.now + 86_400, Self.now] {
      receiver.clock.set(to: now)
      let told = try #require(receiver.service.statistics.lastAcceptedAtMilliseconds)
      #expect(told <= now * 1000 && told > (now - 60) * 1000)
    }
  }
}

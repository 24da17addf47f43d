import InboxSupport
import Ingress
import LinqEvents
import LinqhookInbox
import Testing

/// Good signatures with a stamp outside the tolerance, and what they tell of the clock.
@Suite struct StaleStampTests {
  @Test(arguments: Depth.allCases, [-301, 301] as [Int64])
  func aGoodSignatureWithATimestampOutsideTheToleranceMayBeSentAgain(
    _ depth: Depth,
    _ offset: Int64
  ) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let answer = try await receiver.send(
      try Signed.post(
        Signed.message(id: "evt_1"),
        scheme: .standard,
        timestamp: ReceiverUnderTest.now + offset
      )
    )
    #expect(answer.status == 503)
    #expect(answer.body == #"{"error":"stale_timestamp"}"#)
    #expect(answer.headers["retry-after"] == "60")
    #expect(try await receiver.inbox.quarantined(after: 0, limit: 10).map(\.reason) == [.staleTimestamp])
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func aStaleRequestTellsHowFarTheClockIsOffAndIsNotCountedAsVerified(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let post = try Signed.post(
      Signed.message(id: "evt_1"),
      scheme: .v3,
      timestamp: ReceiverUnderTest.now - 3600
    )
    #expect(try await receiver.send(post).status == 503)
    let statistics = receiver.service.statistics
    #expect(statistics.clockSkewSeconds == 3600)
    #expect(statistics.verified == [:])
    #expect(statistics.lastAcceptedAtMilliseconds == nil)
    await receiver.stop()
  }

  /// In process each request has a loop of its own.
  @Test func theLastStampTellsTheSkewWhicheverLoopSawItAndHoweverTheClockWasSet() async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    for (later, skewSeconds) in [2, 3600, 1, -3600, 0].enumerated() {
      let stamp = ReceiverUnderTest.now + Int64(later)
      receiver.clock.set(to: stamp + Int64(skewSeconds))
      let body = Signed.message(id: "evt_\(skewSeconds)")
      let post = try Signed.post(body, scheme: .standard, timestamp: stamp)
      let isStale = try await receiver.send(post).status == 503
      #expect(isStale == (abs(skewSeconds) > 300))
      #expect(receiver.service.statistics.clockSkewSeconds == Int64(skewSeconds))
    }
  }
}

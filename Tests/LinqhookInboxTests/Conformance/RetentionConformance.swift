import InboxTestKit
import LinqhookInbox
import Testing

@Suite struct RetentionConformance {
  private func accept(_ count: Int, in test: TestInbox) async {
    _ = await test.inbox.accept((1...count).map { inboundEvent("id-\($0)") })
  }

  private func sequences(_ test: TestInbox) async throws -> [Int64] {
    try await test.inbox.events(after: 0, limit: 10_000, maxBytes: .max).map(\.sequence)
  }

  @Test(arguments: StoreKind.allCases)
  func prunesSettledEventsAfterRetentionButNeverTheNewest(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.retentionMilliseconds = 3_600_000 }
    _ = try await test.inbox.attach(["a"])
    await accept(700, in: test)
    try await test.inbox.record(ProgressRecord(handler: "a", cursor: 600))
    try await test.maintain()
    #expect(try await sequences(test).count == 700)
    test.clock.advance(hours: 2)
    try await test.maintain()
    #expect(try await sequences(test) == Array(601...700))
    try await test.inbox.record(ProgressRecord(handler: "a", cursor: 700))
    try await test.maintain()
    #expect(try await sequences(test) == [700])
    #expect(await test.inbox.accept(inboundEvent("next")) == .accepted(sequence: 701))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func keepsEventsThatAnAttachedHandlerHolds(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.retentionMilliseconds = 3_600_000 }
    let inbox = test.inbox
    _ = try await inbox.attach(["a"])
    await accept(6, in: test)
    let rows = [
      deferredDelivery(1, .waiting), deferredDelivery(2, .dead), deferredDelivery(4, .delivered),
      deferredDelivery(5, .retrying),
    ]
    try await inbox.record(ProgressRecord(handler: "a", cursor: 6, deferred: rows))
    test.clock.advance(hours: 2)
    try await test.maintain()
    #expect(try await sequences(test) == [1, 2, 5, 6])
    try await inbox.record(ProgressRecord(handler: "a", cursor: 6, removed: [1, 2]))
    try await test.maintain()
    #expect(try await sequences(test) == [5, 6])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func handlersThatAreNotAttachedHoldNothingBack(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.retentionMilliseconds = 3_600_000 }
    let inbox = test.inbox
    _ = try await inbox.attach(["away", "here"])
    await accept(4, in: test)
    let rows = [deferredDelivery(1, .dead), deferredDelivery(2, .waiting)]
    try await inbox.record(ProgressRecord(handler: "away", cursor: 2, deferred: rows))
    try await inbox.record(ProgressRecord(handler: "here", cursor: 4))
    _ = try await inbox.attach(["here"])
    try await test.maintain()
    #expect(try await sequences(test) == [1, 2, 3, 4])
    test.clock.advance(hours: 2)
    try await test.maintain()
    #expect(try await sequences(test) == [4])
    let progress = try await inbox.attach(["away", "here"])
    #expect(progress.map { [$0.deferredCount, $0.deadCount] } == [[0, 0], [0, 0]])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func whatWasPrunedWhileAHandlerWasAwayDoesNotWaitForIt(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) {
      $0.retentionMilliseconds = 3_600_000
      $0.maxPendingEvents = 5
    }
    let inbox = test.inbox
    _ = try await inbox.attach(["away"])
    #expect(try await inbox.attach([]).isEmpty)
    await accept(20, in: test)
    test.clock.advance(hours: 2)
    try await test.maintain()
    #expect(try await sequences(test) == [20])
    #expect(try await inbox.attach(["away"]).map(\.cursor) == [19])
    #expect(inbox.statistics.pendingEvents == 1)
    #expect(await inbox.accept(inboundEvent("next")) == .accepted(sequence: 21))
    // A second time changes nothing.
    #expect(try await inbox.attach(["away"]).map(\.cursor) == [19])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func retentionCountsFromAcceptanceWhenARequestCameLongBefore(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    _ = try await test.inbox.attach(["a"])
    let refused = TestClock.start - 5 * 86_400_000
    _ = await test.inbox.accept(["1", "2"].map { inboundEvent($0, receivedAt: refused) })
    try await test.inbox.record(ProgressRecord(handler: "a", cursor: 2))
    try await test.maintain()
    #expect(try await sequences(test) == [1, 2])
    test.clock.advance(hours: 73)
    try await test.maintain()
    #expect(try await sequences(test) == [2])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases, [-240, 24] as [Int64])
  func aJumpOfTheWallClockPrunesNothingEarlyOrLate(_ kind: StoreKind, hours: Int64) async throws {
    let test = try await TestInbox(kind)
    func accept(_ id: String) async {
      _ = await test.inbox.accept(inboundEvent(id, receivedAt: test.clock.clock.wallMilliseconds()))
    }
    _ = try await test.inbox.attach(["a"])
    test.clock.setWallClock(hoursAhead: hours)
    await accept("1")
    test.clock.setWallClock(hoursAhead: -hours)
    await accept("2")
    test.clock.advance(hours: 71)
    await accept("3")
    await accept("4")
    try await test.inbox.record(ProgressRecord(handler: "a", cursor: 4))
    try await test.maintain()
    #expect(try await sequences(test) == [1, 2, 3, 4])
    test.clock.advance(hours: 2)
    try await test.maintain()
    #expect(try await sequences(test) == [3, 4])
    await test.inbox.close()
  }
}

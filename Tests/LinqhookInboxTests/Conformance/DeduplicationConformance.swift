import InboxTestKit
import LinqhookInbox
import Testing

@Suite struct DeduplicationConformance {
  @Test(arguments: StoreKind.allCases)
  func forgetsIdsOlderThanTheWindow(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.dedupWindowMilliseconds = 3_600_000 }
    _ = await test.inbox.accept(inboundEvent("a"))
    test.clock.advance(minutes: 59)
    #expect(await test.inbox.accept(inboundEvent("a")) == .duplicate)
    test.clock.advance(minutes: 2)
    try await test.maintain()
    #expect(test.inbox.statistics.dedupEvictionsByAge == 1)
    #expect(await test.inbox.accept(inboundEvent("a")) == .accepted(sequence: 2))
    #expect(try await test.inbox.find(eventID: "a").map(\.event.sequence) == [1, 2])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func forgetsTheOldestIdsWhenThereAreTooMany(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxDedupEntries = 3 }
    for name in ["a", "b", "c", "d", "e"] { _ = await test.inbox.accept(inboundEvent(name)) }
    #expect(test.inbox.statistics.dedupEntries == 3)
    #expect(test.inbox.statistics.dedupEvictionsByCount == 2)
    #expect(await test.inbox.accept(inboundEvent("e")) == .duplicate)
    #expect(await test.inbox.accept(inboundEvent("c")) == .duplicate)
    #expect(await test.inbox.accept(inboundEvent("a")) == .accepted(sequence: 6))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func refusesUnsignedRepeatsOfForgottenEventsAsTooOld(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxDedupEntries = 1 }
    let created = TestClock.start - 1000
    let first = inboundEvent("a", createdAt: created, isSigned: false)
    #expect(await test.inbox.accept(first) == .accepted(sequence: 1))
    test.clock.advance(minutes: 51)
    let second = inboundEvent("b", createdAt: created + 1, isSigned: false)
    #expect(await test.inbox.accept(second) == .accepted(sequence: 2))
    #expect(await test.inbox.accept(first) == .tooOld)
    #expect(await test.inbox.accept(inboundEvent("c", createdAt: created - 5, isSigned: false)) == .tooOld)
    #expect(await test.inbox.accept(second) == .duplicate)
    // What does not say when it was made may be any of those that were forgotten.
    #expect(await test.inbox.accept(inboundEvent("e", isSigned: false)) == .tooOld)
    // A signed stamp is a proof, and who sends unsigned events could send them as new ones.
    #expect(await test.inbox.accept(inboundEvent("d", createdAt: created - 5)) == .accepted(sequence: 3))
    #expect(await test.inbox.accept(inboundEvent("f", freshness: .unsigned)) == .accepted(sequence: 4))
    await test.inbox.close()
  }

  /// Linq says of each event when it was made: what does not is no event that must not be lost.
  @Test(arguments: StoreKind.allCases)
  func whatDoesNotSayWhenItWasMadeIsTooOldFromTheFirstForgottenIdOn(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxDedupEntries = 1 }
    let undated = inboundEvent("a", isSigned: false)
    #expect(await test.inbox.accept(undated) == .accepted(sequence: 1))
    let dated = inboundEvent("b", createdAt: TestClock.start, isSigned: false)
    #expect(await test.inbox.accept(dated) == .accepted(sequence: 2))
    #expect(test.inbox.statistics.dedupEarlyEvictions == 1)
    #expect(await test.inbox.accept(undated) == .tooOld)
    #expect(await test.inbox.accept(inboundEvent("c", isSigned: false)) == .tooOld)
    // Whoever forged it could send it as a new one; the word of the operator lets it in.
    #expect(await test.inbox.accept(inboundEvent("d", freshness: .unsigned)) == .accepted(sequence: 3))
    #expect(await test.inbox.accept(inboundEvent("a", freshness: .proven)) == .accepted(sequence: 4))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func nothingThatLinqMayStillSendIsTooOldHoweverManyIdsWereForgotten(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxDedupEntries = 1000 }
    // Whole seconds, and out of order within the time in which Linq repeats.
    let events = (0..<2500).map { number in
      let age = Int64(number * 7919 % 1500)
      return inboundEvent("id-\(number)", createdAt: TestClock.start - age * 1000, isSigned: false)
    }
    for batch in stride(from: 0, to: 2500, by: 50) {
      let outcomes = await test.inbox.accept(Array(events[batch..<(batch + 50)]))
      #expect(outcomes == (1...50).map { .accepted(sequence: Int64(batch + $0)) })
    }
    #expect(test.inbox.statistics.dedupEntries <= 1000)
    #expect(test.inbox.statistics.dedupEarlyEvictions >= 1500)
    // Later a repeat is told by its age, and what is new is taken.
    test.clock.advance(minutes: 51)
    try await test.maintain()
    #expect(await test.inbox.accept(events[0]) == .tooOld)
    let fresh = inboundEvent("new", createdAt: TestClock.start + 60_000, isSigned: false)
    #expect(await test.inbox.accept(fresh) == .accepted(sequence: 2501))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func nothingYoungerThanTheToleranceIsTooOld(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxDedupEntries = 1 }
    try await test.inbox.separateIDs(by: [try endpointKeys("/a", "one", toleranceMinutes: 120)])
    let first = inboundEvent("a", createdAt: TestClock.start, isSigned: false, endpoint: "/a")
    _ = await test.inbox.accept([first, inboundEvent("b", isSigned: false, endpoint: "/a")])
    let earlier = inboundEvent("c", createdAt: TestClock.start - 1, isSigned: false, endpoint: "/a")
    test.clock.advance(minutes: 119)
    try await test.maintain()
    #expect(await test.inbox.accept(earlier) == .accepted(sequence: 3))
    test.clock.advance(minutes: 2)
    try await test.maintain()
    #expect(await test.inbox.accept(first) == .tooOld)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func acceptsOldEventsWhileNothingWasForgotten(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let old = inboundEvent("a", createdAt: 1000, isSigned: false)
    #expect(await test.inbox.accept(old) == .accepted(sequence: 1))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func anEventFromTheFutureDoesNotMakeLaterOnesTooOld(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxDedupEntries = 1 }
    let day: Int64 = 86_400_000
    _ = await test.inbox.accept(inboundEvent("a", createdAt: TestClock.start + 365 * day, isSigned: false))
    _ = await test.inbox.accept(inboundEvent("b", createdAt: TestClock.start, isSigned: false))
    test.clock.advance(minutes: 6)
    let later = inboundEvent("c", createdAt: TestClock.start + 360_000, isSigned: false)
    #expect(await test.inbox.accept(later) == .accepted(sequence: 3))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases, [-240, 240] as [Int64])
  func aJumpOfTheWallClockForgetsNothingAndRefusesNothing(_ kind: StoreKind, hours: Int64) async throws {
    let test = try await TestInbox(kind)
    _ = await test.inbox.accept(inboundEvent("a", createdAt: TestClock.start, isSigned: false))
    test.clock.setWallClock(hoursAhead: hours)
    try await test.maintain()
    #expect(test.inbox.statistics.dedupEntries == 1)
    #expect(await test.inbox.accept(inboundEvent("a")) == .duplicate)
    let next = inboundEvent("b", createdAt: TestClock.start + 1, isSigned: false)
    #expect(await test.inbox.accept(next) == .accepted(sequence: 2))
    await test.inbox.close()
  }
}

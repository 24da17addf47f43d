import Inbox
import Testing

@Suite struct DeduplicationConformance {
  @Test(arguments: StoreKind.allCases)
  func forgetsIdsOlderThanTheWindow(_ kind: StoreKind) async throws {
    let test = try TestInbox(kind) { $0.dedupWindowMilliseconds = 3_600_000 }
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
    let test = try TestInbox(kind) { $0.dedupEntriesMax = 3 }
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
    let test = try TestInbox(kind) { $0.dedupEntriesMax = 1 }
    let created = TestClock.start - 1000
    let first = inboundEvent("a", createdAt: created, isSigned: false)
    #expect(await test.inbox.accept(first) == .accepted(sequence: 1))
    let second = inboundEvent("b", createdAt: created + 1, isSigned: false)
    #expect(await test.inbox.accept(second) == .accepted(sequence: 2))
    #expect(await test.inbox.accept(first) == .tooOld)
    #expect(await test.inbox.accept(inboundEvent("c", createdAt: created - 5, isSigned: false)) == .tooOld)
    #expect(await test.inbox.accept(second) == .duplicate)
    // A signed timestamp, or none at all, is no reason to refuse.
    #expect(await test.inbox.accept(inboundEvent("d", createdAt: created - 5)) == .accepted(sequence: 3))
    #expect(await test.inbox.accept(inboundEvent("e", isSigned: false)) == .accepted(sequence: 4))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func acceptsOldEventsWhileNothingWasForgotten(_ kind: StoreKind) async throws {
    let test = try TestInbox(kind)
    let old = inboundEvent("a", createdAt: 1000, isSigned: false)
    #expect(await test.inbox.accept(old) == .accepted(sequence: 1))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func anEventFromTheFutureDoesNotMakeLaterOnesTooOld(_ kind: StoreKind) async throws {
    let test = try TestInbox(kind) { $0.dedupEntriesMax = 1 }
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
    let test = try TestInbox(kind)
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

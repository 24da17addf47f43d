import InboxTestKit
import LinqhookInbox
import Testing

/// The id of a request with a signed stamp is kept for as long as that stamp would pass.
@Suite struct StampConformance {
  private func inbox(_ kind: StoreKind, maxEntries: Int, toleranceMinutes: Int64 = 5) async throws
    -> TestInbox
  {
    let test = try await TestInbox(kind) { $0.maxDedupEntries = maxEntries }
    try await test.inbox.separateIDs(
      by: [try endpointKeys("/a", "one", toleranceMinutes: toleranceMinutes), try endpointKeys("/b", "two")]
    )
    return test
  }

  private func stamped(_ id: String, at milliseconds: Int64 = TestClock.start) -> InboundEvent {
    inboundEvent(id, signedAt: milliseconds, endpoint: "/a")
  }

  private func unstamped(_ id: String) -> InboundEvent {
    inboundEvent(id, createdAt: TestClock.start, isSigned: false, endpoint: "/a")
  }

  @Test(arguments: StoreKind.allCases)
  func idsWithoutAStampGoFirstHoweverNewTheyAre(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, maxEntries: 3)
    for event in [stamped("s1"), stamped("s2")] { _ = await test.inbox.accept(event) }
    for number in 0..<20 { _ = await test.inbox.accept(unstamped("u\(number)")) }
    #expect(test.inbox.statistics.dedupEntries == 3)
    #expect(await test.inbox.accept([stamped("s1"), stamped("s2")]) == [.duplicate, .duplicate])
    #expect(await test.inbox.accept(unstamped("u19")) == .duplicate)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func onlyWhereStampedOnesFillItAllIsAnEventRefusedAndOnlyThere(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, maxEntries: 3)
    for number in 0..<3 { _ = await test.inbox.accept(stamped("s\(number)")) }
    #expect(await test.inbox.accept(stamped("s3")) == .unavailable(.idsFull))
    #expect(await test.inbox.accept(unstamped("u")) == .unavailable(.idsFull))
    #expect(await test.inbox.accept(stamped("s0")) == .duplicate)
    #expect(await test.inbox.accept(inboundEvent("s3", endpoint: "/b")) == .accepted(sequence: 4))
    test.clock.advance(minutes: 5)
    #expect(await test.inbox.accept(stamped("s3")) == .unavailable(.idsFull))
    test.clock.advance(milliseconds: 1)
    let next = stamped("s3", at: TestClock.start + 300_001)
    #expect(await test.inbox.accept(next) == .accepted(sequence: 5))
    #expect(test.inbox.statistics.dedupEntries == 4)
    #expect(await test.inbox.accept(stamped("s1")) == .duplicate)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aStampThatPassesForLongerThanIdsLiveKeepsItsId(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.dedupWindowMilliseconds = 3_600_000 }
    try await test.inbox.separateIDs(by: [try endpointKeys("/a", "one", toleranceMinutes: 600)])
    _ = await test.inbox.accept([stamped("s"), unstamped("u")])
    test.clock.advance(minutes: 599)
    try await test.maintain()
    #expect(await test.inbox.accept(stamped("s")) == .duplicate)
    #expect(test.inbox.statistics.dedupEntries == 1)
    test.clock.advance(minutes: 2)
    try await test.maintain()
    #expect(test.inbox.statistics.dedupEntries == 0)
    await test.inbox.close()
  }

  /// A stamp may lie ahead of our clock by the tolerance, and passes for as much longer.
  @Test(arguments: StoreKind.allCases)
  func aStampFromTheFutureKeepsItsIdForLongerButNotForEver(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, maxEntries: 1)
    // Out of the quarantine: nothing from so far ahead comes in by itself.
    let year2099 = stamped("s", at: 4_070_908_800_000)
    #expect(await test.inbox.accept(year2099) == .accepted(sequence: 1))
    test.clock.advance(minutes: 10)
    #expect(await test.inbox.accept(unstamped("u")) == .unavailable(.idsFull))
    test.clock.advance(minutes: 1)
    #expect(await test.inbox.accept(unstamped("u")) == .accepted(sequence: 2))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aStampThatHadRunOutHoldsNothing(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, maxEntries: 1)
    for number in 0..<3 {
      let event = stamped("s\(number)", at: TestClock.start - 3_600_000)
      #expect(await test.inbox.accept(event) == .accepted(sequence: Int64(number + 1)))
    }
    await test.inbox.close()
  }
}

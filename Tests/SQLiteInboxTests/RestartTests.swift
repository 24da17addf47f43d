import Foundation
import GRDB
import InboxTestKit
import LinqEvents
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

@Suite struct RestartTests {
  private func fill(_ inbox: SQLiteInbox) async throws {
    _ = try await inbox.attach(["a"])
    _ = await inbox.accept((1...300).map { inboundEvent("id-\($0)") })
    _ = await inbox.accept(inboundEvent("last", receivedAt: TestClock.start + 5))
    var rows = [deferredDelivery(3, .retrying), deferredDelivery(4, .dead)]
    rows[0].outbox = [1, 2, 3]
    try await inbox.setPaused("a", true)
    inbox.quarantine(refusedRequest(.staleTimestamp, detail: "kept"))
    try await inbox.record(ProgressRecord(handler: "a", cursor: 9, checkpoint: [1], deferred: rows))
  }

  private func check(_ inbox: SQLiteInbox) async throws {
    #expect(inbox.statistics.dedupEntries == 301)
    #expect(inbox.statistics.pendingEvents == 293)
    #expect(inbox.lastSequence == 301)
    let again = await inbox.accept((1...300).map { inboundEvent("id-\($0)") } + [inboundEvent("new")])
    #expect(again == Array(repeating: .duplicate, count: 300) + [.accepted(sequence: 302)])
    let progress = try await inbox.attach(["a"])
    let expected = HandlerProgress(
      handler: "a",
      cursor: 9,
      checkpoint: [1],
      deferredCount: 1,
      deadCount: 1,
      isPaused: true
    )
    #expect(progress == [expected])
    let held = try await inbox.deferred(handler: "a", lane: "chat-1", limit: 9)
    #expect(held.map(\.delivery.outbox) == [[1, 2, 3]])
    #expect(try await inbox.quarantined(after: 0, limit: 9).map(\.detail) == ["kept"])
    let last = try #require(try await inbox.find(eventID: "last").first?.event)
    #expect(last.receivedAtMilliseconds == TestClock.start + 5)
    #expect(last.envelope.chatID == "chat-1")
  }

  @Test func everythingIsThereAfterACleanRestart() async throws {
    let folder = try TemporaryFolder()
    let first = try folder.open()
    try await fill(first)
    await first.close()
    let second = try folder.open()
    try await check(second)
    await second.close()
  }

  @Test func everythingIsThereAfterAKill() async throws {
    let folder = try TemporaryFolder()
    let first = try folder.open()
    try await fill(first)
    let copy = try folder.snapshot()
    await first.close()
    let second = try copy.open()
    try await check(second)
    await second.close()
  }

  @Test func theHorizonSurvivesARestart() async throws {
    let folder = try TemporaryFolder()
    let old = inboundEvent("a", createdAt: TestClock.start, isSigned: false)
    let clock = TestClock()
    let first = try folder.open(clock, limits: { $0.maxDedupEntries = 1 })
    _ = await first.accept(old)
    clock.advance(minutes: 51)
    _ = await first.accept(inboundEvent("b", createdAt: TestClock.start + 1, isSigned: false))
    await first.close()
    let second = try folder.open(clock, limits: { $0.maxDedupEntries = 1 })
    #expect(await second.accept(old) == .tooOld)
    await second.close()
  }

  @Test func whatWasForgottenEarlyCountsAfterARestartToo() async throws {
    let folder = try TemporaryFolder()
    let old = inboundEvent("a", createdAt: TestClock.start, isSigned: false)
    let clock = TestClock()
    let first = try folder.open(clock, limits: { $0.maxDedupEntries = 1 })
    _ = await first.accept(old)
    _ = await first.accept(inboundEvent("b", createdAt: TestClock.start, isSigned: false))
    await first.close()
    let second = try folder.open(clock, limits: { $0.maxDedupEntries = 1 })
    clock.advance(minutes: 49)
    #expect(await second.accept(inboundEvent("undated", isSigned: false)) == .tooOld)
    #expect(
      await second.accept(inboundEvent("c", createdAt: TestClock.start, isSigned: false))
        == .accepted(sequence: 3)
    )
    clock.advance(minutes: 2)
    await second.maintain()
    #expect(await second.accept(old) == .tooOld)
    await second.close()
  }

  @Test func numberingGoesOnAfterEverythingElseWasPruned() async throws {
    let folder = try TemporaryFolder()
    let clock = TestClock()
    let first = try folder.open(clock)
    _ = await first.accept([inboundEvent("a"), inboundEvent("b")])
    clock.advance(hours: 1000)
    await first.maintain()
    #expect(first.statistics.dedupEntries == 0)
    await first.close()
    let second = try folder.open(clock)
    #expect(await second.accept(inboundEvent("a")) == .accepted(sequence: 3))
    await second.close()
  }

  @Test func theNumberOfADroppedRequestIsNotGivenAgain() async throws {
    let folder = try TemporaryFolder()
    let first = try folder.open()
    for detail in ["a", "b"] { first.quarantine(refusedRequest(.staleTimestamp, detail: detail)) }
    #expect(try await first.removeQuarantined([1, 2]) == 2)
    await first.close()
    let second = try folder.open()
    second.quarantine(refusedRequest(.staleTimestamp))
    try await second.removeQuarantined([])
    #expect(try await second.quarantined(after: 0, limit: 9).map(\.number) == [3])
    await second.close()
  }

  @Test func classesCountsAndEqualityOfRefusedRequestsOutliveARestart() async throws {
    let folder = try TemporaryFolder()
    let first = try folder.open(limits: { $0.maxQuarantineEntries = 2 })
    first.quarantine(refusedRequest(.staleTimestamp, detail: "authentic"))
    for _ in 0..<3 { first.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: "mismatched")) }
    try await first.removeQuarantined([])
    await first.close()
    let second = try folder.open(limits: { $0.maxQuarantineEntries = 2 })
    second.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: "mismatched"))
    second.quarantine(refusedRequest(.invalidSignature, detail: "unsigned"))
    try await second.removeQuarantined([])
    let kept = try await second.quarantined(after: 0, limit: 9)
    #expect(kept.map(\.detail) == ["authentic", "mismatched"])
    #expect(kept.map(\.seenCount) == [1, 4])
    #expect(kept.map(\.quarantineClass) == [.authentic, .mismatched])
    await second.close()
  }

  /// An inbox with two acknowledged events whose log was deleted after a kill.
  private func withoutItsLog() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let first = try folder.open()
    _ = await first.accept([inboundEvent("a"), inboundEvent("b")])
    let copy = try folder.snapshot()
    await first.close()
    try FileManager.default.removeItem(atPath: copy.inboxPath + "-wal")
    return copy
  }

  @Test func aLostLogIsRefusedUntilTheOperatorHasDecided() async throws {
    let folder = try await withoutItsLog()
    for _ in 0..<2 {
      let error = #expect(throws: InboxError.self) { _ = try folder.open() }
      #expect(error?.code == .acknowledgedEventsLost)
      #expect(error?.description.contains("2 were acknowledged") == true)
      #expect(error?.description.contains("inbox.db.acknowledged") == true)
    }
    try FileManager.default.removeItem(atPath: folder.inboxPath + ".acknowledged")
    await (try folder.open()).close()
  }

  @Test func aLostLogIsAnAlarmWhereAPowerCutMayCostIt() async throws {
    let folder = try await withoutItsLog()
    let reports = Collected<InboxDiagnostic>()
    await (try folder.open(durability: .normal, report: reports.append)).close()
    let lost = reports.all.filter { $0.kind == .acknowledgedEventsLost }
    #expect(lost.map(\.severity) == [.alarm])
    #expect(lost.first?.description.contains("2 were acknowledged") == true)
    await (try folder.open()).close()
  }

  @Test func aSlowTrickleSharesRowsAndABatchIsSplit() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    for number in 0..<200 { _ = await inbox.accept(inboundEvent("single-\(number)")) }
    _ = await inbox.accept((0..<3000).map { inboundEvent("batch-\($0)") })
    let rows = try await inbox.ledger.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM id_batch") }
    // Three rows of 64 singles; the batch goes on where the last eight stand, in rows of 1024.
    #expect(rows == 3 + 3)
    #expect(try await inbox.find(eventID: "single-150").map(\.event.sequence) == [151])
    #expect(try await inbox.find(eventID: "batch-2999").map(\.event.sequence) == [3200])
    await inbox.close()
  }

  @Test func idsOutliveARestartAfterAClockThatWasFarBehindWasSet() async throws {
    let folder = try TemporaryFolder()
    let clock = TestClock()
    clock.setWallClock(hoursAhead: -240)
    let first = try folder.open(clock)
    clock.setWallClock(hoursAhead: 240)
    _ = await first.accept(inboundEvent("a", createdAt: TestClock.start, isSigned: false))
    await first.close()
    let second = try folder.open(clock)
    await second.maintain()
    #expect(await second.accept(inboundEvent("a")) == .duplicate)
    clock.advance(hours: 73)
    await second.maintain()
    // The horizon stands where the event was made by Linq's clock.
    #expect(await second.accept(inboundEvent("a", createdAt: TestClock.start, isSigned: false)) == .tooOld)
    await second.close()
  }

  @Test(arguments: [-240, 240] as [Int64])
  func aStartWithAWrongClockForgetsNothingAndRefusesNothing(hoursAhead: Int64) async throws {
    let folder = try TemporaryFolder()
    let clock = TestClock()
    let known = inboundEvent("a", createdAt: TestClock.start, isSigned: false)
    let first = try folder.open(clock)
    _ = await first.accept(known)
    await first.close()
    clock.setWallClock(hoursAhead: hoursAhead)
    let second = try folder.open(clock)
    await second.maintain()
    let earlier = inboundEvent("b", createdAt: TestClock.start - 60_000, isSigned: false)
    #expect(await second.accept(earlier) == .accepted(sequence: 2))
    #expect(await second.accept(known) == .duplicate)
    await second.maintain()
    #expect(try await second.event(sequence: 1) != nil)
    await second.close()
    clock.setWallClock(hoursAhead: -hoursAhead)
    let third = try folder.open(clock)
    clock.advance(hours: 72)
    await third.maintain()
    #expect(await third.accept([known, earlier]) == [.duplicate, .duplicate])
    clock.advance(hours: 1)
    await third.maintain()
    #expect(await third.accept(known) == .tooOld)
    await third.close()
  }

  @Test func idsAndEventsGrowOldWhileTheInboxIsOpenAndOnlyThen() async throws {
    let folder = try TemporaryFolder()
    let clock = TestClock()
    let first = try folder.open(clock)
    _ = await first.accept([inboundEvent("a"), inboundEvent("b")])
    clock.advance(hours: 40)
    await first.close()
    clock.advance(hours: 1000)
    let second = try folder.open(clock)
    clock.advance(hours: 32)
    await second.maintain()
    #expect(await second.accept(inboundEvent("a")) == .duplicate)
    #expect(try await second.event(sequence: 1) != nil)
    clock.advance(hours: 1)
    await second.maintain()
    #expect(try await second.event(sequence: 1) == nil)
    #expect(await second.accept(inboundEvent("a")) == .accepted(sequence: 3))
    await second.close()
  }
}

import GRDB
import InboxTestKit
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

@Suite struct SpaceTests {
  private func batch(_ round: Int) -> [InboundEvent] {
    (0..<50).map { inboundEvent("\(round)-\($0)", padding: 1000) }
  }

  @Test func prunesDeliveredEventsEarlyWhenTheStoreReachesItsLimit() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open(limits: { $0.maxBytes = 1 << 20 })
    for round in 0..<100 {
      let outcomes = await inbox.accept(batch(round))
      #expect(outcomes.allSatisfy { if case .accepted = $0 { true } else { false } })
    }
    #expect(inbox.statistics.bytes < 3 << 20)
    #expect(try await inbox.event(sequence: 1) == nil)
    #expect(try await inbox.event(sequence: 5000) != nil)
    await inbox.close()
  }

  @Test func refusesNewEventsWhenNothingMayBePrunedAndGoesOnWhenSomethingMay() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open(limits: { $0.maxBytes = 1 << 20 })
    _ = try await inbox.attach(["a"])
    var round = 0
    while inbox.statistics.unavailability == nil, round < 200 {
      _ = await inbox.accept(batch(round))
      round += 1
    }
    #expect(inbox.statistics.unavailability == .storeFull)
    #expect(await inbox.accept(inboundEvent("new")) == .unavailable(.storeFull))
    #expect(await inbox.accept(inboundEvent("0-0")) == .duplicate)
    #expect(inbox.statistics.bytes < 3 << 20)
    try await inbox.record(ProgressRecord(handler: "a", cursor: inbox.lastSequence))
    await inbox.maintain()
    #expect(inbox.statistics.unavailability == nil)
    #expect(await inbox.accept(inboundEvent("new")) == .accepted(sequence: inbox.lastSequence))
    await inbox.close()
  }

  @Test func complainsOnceWhenIdsAreForgottenTooEarly() async throws {
    let folder = try TemporaryFolder()
    let reports = Collected<InboxDiagnostic>()
    let inbox = try folder.open(limits: { $0.maxDedupEntries = 10 }, report: reports.append)
    _ = await inbox.accept((0..<30).map { inboundEvent("id-\($0)") })
    _ = await inbox.accept((30..<60).map { inboundEvent("id-\($0)") })
    #expect(reports.all.filter { $0.kind == .dedupWindowTooSmall }.map(\.severity) == [.warning])
    #expect(inbox.statistics.dedupEntries == 10)
    await inbox.close()
  }

  @Test func aHandlerThatIsSlowerThanTheIntakeDoesNotLetTheStoreGrow() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open(limits: { $0.maxBytes = 1 << 20 })
    _ = try await inbox.attach(["a"])
    var largest: Int64 = 0
    var refusals = 0
    for round in 0..<400 {
      // Each round it settles ten events while fifty are offered.
      try await inbox.record(ProgressRecord(handler: "a", cursor: Int64(10 * round)))
      if await inbox.accept(batch(round)).contains(.unavailable(.storeFull)) { refusals += 1 }
      largest = max(largest, inbox.statistics.bytes)
    }
    #expect(largest < 2 << 20)
    // It accepts as fast as the handler settles.
    #expect(inbox.lastSequence > 4000)
    #expect(refusals > 200)
    try await inbox.record(ProgressRecord(handler: "a", cursor: inbox.lastSequence))
    await inbox.maintain()
    #expect(inbox.statistics.unavailability == nil)
    await inbox.close()
  }

  @Test func deadLettersThatFillTheStoreDoNotLetItGrow() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open(limits: { $0.maxBytes = 1 << 20 })
    _ = try await inbox.attach(["a"])
    var refusals = 0
    var largest: Int64 = 0
    for round in 0..<200 {
      let before = inbox.lastSequence
      if await inbox.accept(batch(round)).contains(.unavailable(.storeFull)) { refusals += 1 }
      let last = inbox.lastSequence
      largest = max(largest, inbox.statistics.bytes)
      // All become dead letters, and the first is written anew each time: pruning has to look at all of them again.
      let dead = Set([1] + Array(before + 1..<last + 1)).map { deferredDelivery($0, .dead, lane: "chat") }
      try await inbox.record(ProgressRecord(handler: "a", cursor: last, deferred: dead))
    }
    #expect(largest < 2 << 20)
    #expect(refusals > 100)
    await inbox.close()
  }

  @Test func aFullStoreAcceptsSoonOnceItsEventsMayGo() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open(limits: { $0.maxBytes = 1 << 20 })
    _ = try await inbox.attach(["stuck"])
    var round = 0
    while !(await inbox.accept(batch(round)).contains(.unavailable(.storeFull))) { round += 1 }
    _ = try await inbox.attach([])
    // Each refused batch takes some along, without waiting for the next maintenance.
    let outcomes = await inbox.accept(batch(1000)) + inbox.accept(batch(1001)) + inbox.accept(batch(1002))
    #expect(!outcomes.suffix(50).contains(.unavailable(.storeFull)))
    await inbox.close()
  }

  @Test func aHandlerThatKeepsUpIsNeverTheReasonToRefuse() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open(limits: { $0.maxBytes = 1 << 20 })
    _ = try await inbox.attach(["a"])
    for round in 0..<100 {
      let outcomes = await inbox.accept(batch(round))
      #expect(outcomes.allSatisfy { if case .accepted = $0 { true } else { false } })
      try await inbox.record(ProgressRecord(handler: "a", cursor: inbox.lastSequence))
    }
    #expect(inbox.statistics.bytes < 2 << 20)
    await inbox.close()
  }

  @Test func nobodyWaitsForALongReadWhenTheLogIsToBeCut() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open(limits: { $0.maxBytes = 1 << 20 })
    _ = await inbox.accept(inboundEvent("first"))
    var options = Configuration()
    options.allowsUnsafeTransactions = true
    let reader = try DatabaseQueue(path: folder.inboxPath, configuration: options)
    try await reader.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN")
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM event")
    }
    // The read keeps all of this in the log.
    var round = 0
    let elapsed = await ContinuousClock().measure {
      while inbox.statistics.bytes < 1 << 20, round < 50 {
        _ = await inbox.accept(batch(round))
        round += 1
      }
    }
    #expect(inbox.statistics.bytes >= 1 << 20)
    // Waiting once takes five seconds.
    #expect(elapsed < .seconds(5))
    let patience = try await inbox.writer.perform { core throws(InboxError) in
      try core.commit { db, _ in try Int.fetchOne(db, sql: "PRAGMA busy_timeout") }
    }
    #expect(patience == 5000)
    try await reader.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    try reader.close()
    await inbox.maintain()
    #expect(inbox.statistics.bytes < 1 << 20)
    await inbox.close()
  }
}

import Foundation
import GRDB
import InboxTestKit
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

@Suite(.timeLimit(.minutes(1))) struct FailureTests {
  private func isHealthy(_ inbox: SQLiteInbox) -> Bool { inbox.statistics.unavailability == nil }

  /// Waits for the store to report; false when it is closed, or the test's time is over.
  private func wait(
    for kind: InboxDiagnostic.Kind,
    in reports: AsyncStream<InboxDiagnostic>
  ) async -> Bool {
    for await report in reports where report.kind == kind { return true }
    return false
  }

  @Test func acceptsNothingAfterAFailureUntilTheFileWasVerified() async throws {
    let folder = try TemporaryFolder()
    let (reports, continuation) = AsyncStream.makeStream(of: InboxDiagnostic.self)
    let inbox = try folder.open(report: { continuation.yield($0) })
    _ = try await inbox.attach(["a"])
    _ = await inbox.accept(inboundEvent("before"))
    try await inbox.writer.perform { core in
      _ = core.fail(DatabaseError(resultCode: .SQLITE_IOERR_FSYNC))
      core.publishFigures()
      // In the same turn, before the store can mend itself.
      let refused = RefusedRequest(
        request: refusedRequest(.staleTimestamp),
        digest: Fingerprint(high: 1, low: 1)
      )
      let batch = WriteBatch(offers: [], steps: [], refused: [refused])
      #expect(core.process(batch).stored.isEmpty)
    }
    #expect(await wait(for: .recovered, in: reports))
    #expect(await inbox.accept(inboundEvent("before")) == .duplicate)
    #expect(await inbox.accept(inboundEvent("after")) == .accepted(sequence: 2))
    #expect(try await inbox.attach(["a"]).map(\.cursor) == [0])
    #expect(isHealthy(inbox))
    await inbox.close()
  }

  @Test func answersUnavailableWhileTheStoreHasFailed() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = try await inbox.attach(["a"])
    _ = await inbox.accept(inboundEvent("before"))
    let outcomes = Collected<AcceptanceOutcome>()
    let failures = Collected<InboxError?>()
    try await inbox.writer.perform { core in
      _ = core.fail(DatabaseError(resultCode: .SQLITE_IOERR))
      let events = [inboundEvent("before"), inboundEvent("new")]
      let candidates = events.map { event in
        WriteBatch.Candidate(event: event, fingerprint: Fingerprint(high: 1, low: 2))
      }
      let offer = WriteBatch.Offer(candidates: candidates) { $0.forEach(outcomes.append) }
      let step = WriteBatch.Step(record: ProgressRecord(handler: "a", cursor: 1), completion: failures.append)
      let results = core.process(WriteBatch(offers: [offer], steps: [step]))
      for answer in results.answers { answer.completion(answer.outcomes) }
      for report in results.reports { report.completion(report.failure) }
    }
    #expect(outcomes.all == [.unavailable(.storeFailed), .unavailable(.storeFailed)])
    #expect(failures.all.map { $0?.code } == [.inputOutput])
    await inbox.close()
  }

  @Test func anEventWhoseCommitOnlySeemedToFailIsADuplicateAndIsHandedOn() async throws {
    let folder = try TemporaryFolder()
    let (reports, continuation) = AsyncStream.makeStream(of: InboxDiagnostic.self)
    let seen = Collected<String>()
    let inbox = try folder.open(report: { continuation.yield($0) })
    inbox.subscribe { events in events.forEach { seen.append($0.eventID) } }
    _ = await inbox.accept(inboundEvent("first"))
    try await inbox.writer.perform { core in
      // The commit reaches the disk, but the store is told that it failed: its books and its index still
      // stand before it.
      let (storeState, index) = (core.storeState, core.index)
      let fingerprint = inbox.key.fingerprint(of: "second")
      let offer = WriteBatch.Offer(
        candidates: [WriteBatch.Candidate(event: inboundEvent("second"), fingerprint: fingerprint)]
      ) { _ in }
      _ = core.process(WriteBatch(offers: [offer]))
      (core.storeState, core.index) = (storeState, index)
      _ = core.fail(DatabaseError(resultCode: .SQLITE_IOERR_FSYNC))
    }
    #expect(await wait(for: .recovered, in: reports))
    #expect(await inbox.accept(inboundEvent("second")) == .duplicate)
    #expect(await inbox.accept(inboundEvent("third")) == .accepted(sequence: 3))
    await inbox.close()
    #expect(seen.all == ["first", "second", "third"])
  }

  @Test func aFailedTransactionLeavesNoIdBehind() async throws {
    let folder = try TemporaryFolder()
    let (reports, continuation) = AsyncStream.makeStream(of: InboxDiagnostic.self)
    let inbox = try folder.open(report: { continuation.yield($0) })
    // A trigger makes the insertion of one event fail in the middle of its batch.
    try await inbox.writer.perform { core throws(InboxError) in
      try core.commit { db, _ in
        try db.execute(
          sql: """
            CREATE TRIGGER fault BEFORE INSERT ON event WHEN NEW.event_id = 'bad'
            BEGIN SELECT RAISE(ABORT, 'made to fail'); END
            """
        )
      }
    }
    let outcomes = await inbox.accept([inboundEvent("good"), inboundEvent("bad"), inboundEvent("good")])
    #expect(outcomes == Array(repeating: .unavailable(.storeFailed), count: 3))
    #expect(await wait(for: .recovered, in: reports))
    #expect(inbox.statistics.dedupEntries == 0)
    #expect(await inbox.accept(inboundEvent("good")) == .accepted(sequence: 1))
    await inbox.close()
  }

  /// What SQLite calls damaged takes no event before a restart has looked at every page.
  @Test(arguments: [ResultCode.SQLITE_CORRUPT, .SQLITE_NOTADB])
  func aDamagedStoreDoesNotMendItself(_ code: ResultCode) async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = await inbox.accept(inboundEvent("a"))
    try await inbox.writer.perform { core throws(InboxError) in
      _ = core.fail(DatabaseError(resultCode: code))
      #expect(core.nextRecoveryDelayMilliseconds() == nil)
      #expect(core.recover().isEmpty)
      core.publishFigures()
    }
    #expect(inbox.statistics.unavailability == .storeDamaged)
    #expect(
      await inbox.accept([inboundEvent("a"), inboundEvent("b")])
        == Array(repeating: .unavailable(.storeDamaged), count: 2)
    )
    await inbox.close()
    let reports = Collected<InboxDiagnostic>()
    for isFirst in [true, false] {
      let again = try folder.open(report: reports.append)
      #expect(reports.all.contains { $0.kind == .pagesChecked } == true)
      if isFirst { #expect(await again.accept(inboundEvent("b")) == .accepted(sequence: 2)) }
      await again.close()
    }
    #expect(reports.all.filter { $0.kind == .pagesChecked }.count == 1)
  }

  @Test func damageThatAReaderMeetsStopsAcceptance() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = await inbox.accept(inboundEvent("a"))
    await #expect(throws: InboxError.self) {
      try await inbox.ledger.read { _ in throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    }
    await inbox.heartbeat()
    #expect(await inbox.accept(inboundEvent("b")) == .unavailable(.storeDamaged))
    await inbox.close()
  }

  @Test func staysDownWhenAcknowledgedEventsAreMissing() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = await inbox.accept([inboundEvent("a"), inboundEvent("b")])
    try await inbox.writer.perform { core throws(InboxError) in
      try core.commit { db, _ in try db.execute(sql: "DELETE FROM event WHERE sequence = 2") }
      _ = core.fail(DatabaseError(resultCode: .SQLITE_IOERR))
      #expect(core.recover().isEmpty)
    }
    #expect(inbox.statistics.unavailability == .storeFailed)
    #expect(await inbox.accept(inboundEvent("c")) == .unavailable(.storeFailed))
    await inbox.close()
  }

  @Test func aProbeThatCannotBeTakenBackHasNotFoundRoom() async throws {
    let folder = try TemporaryFolder()
    let reports = Collected<InboxDiagnostic>()
    let inbox = try folder.open(report: reports.append)
    let kinds = try await inbox.writer.perform { core throws(InboxError) in
      try core.commit { db, _ in
        try db.execute(
          sql: "CREATE TRIGGER fault BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'made to fail'); END"
        )
      }
      _ = core.fail(DatabaseError(resultCode: .SQLITE_FULL))
      _ = core.recover()
      return reports.all.map(\.kind)
    }
    #expect(kinds.suffix(2) == [.diskFull, .storeFailed])
    await inbox.close()
  }
}

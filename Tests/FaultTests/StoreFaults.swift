import Foundation
import ReceiverSupport
import TestKit
import Testing

extension Faults {
  /// Somebody deletes, cuts, overwrites or replaces the store, while the receiver runs and while it is stopped.
  @Suite struct StoreFaults {
    @Test(
      .timeLimit(.minutes(3)),
      arguments: [
        "rm inbox.db inbox.db-wal inbox.db-shm", "rm inbox.db-wal", ": >inbox.db-wal", ": >inbox.db",
        "mv inbox.db away; head -c 8192 /dev/urandom >inbox.db",
      ]
    )
    func aStoreThatIsTakenAwayWhileItRunsAcknowledgesNothingThatIsLost(_ damage: String) async throws {
      let run = try await FaultRun()
      let posting = Task { await run.poster.run() }
      try await run.receiver { receiver in
        try await run.poster.more(100)
        try await Machine.shell("cd '\(run.state)' && { \(damage); }")
        try await run.poster.more(1, of: 503)
        // Healed or not, no event may be taken that is not kept.
        try receiver.signal(.kill)
      }
      #expect(InvariantCheck.answers(run.poster.statuses) == [])
      #expect(run.folder.read("receiver.log").contains("was deleted, replaced or cut while it was open"))
      let acknowledged = run.poster.acknowledged
      run.poster.stop()
      posting.cancel()
      // What was filed before stays filed, each once; what only the store knew was taken with it.
      let delivered = DeliveredLines(archive: "events.ndjson", in: run.state)
      let broken = InvariantCheck.archive(delivered, acknowledged: acknowledged, allowsUnacknowledged: true)
      #expect(!broken.contains { if case .doubled = $0 { true } else { false } })
    }

    @Test(
      arguments: [
        ("head -c 65536 /dev/urandom >inbox.db", 74, "is not an inbox or is damaged"),
        ("sqlite3 inbox.db 'PRAGMA user_version = 1000000'", 78, "was made by a newer linqhook"),
        ("rm inbox.db*; sqlite3 inbox.db 'CREATE TABLE other (a)'", 74, "a database of another program"),
        ("rm inbox.db*; mkdir inbox.db", 74, "inbox.db"),
      ]
    )
    func aStoreThatIsNoInboxOfOursIsRefusedAtTheStart(
      _ damage: String,
      _ status: Int32,
      _ sentence: String
    ) async throws {
      let run = try await storeWithEvents()
      try await Machine.shell("cd '\(run.state)' && { \(damage); }")
      let error = await #expect(throws: ReceiverDidNotStart.self) { try await run.receiver { _ in } }
      #expect(error?.status == status)
      #expect(error?.log.contains(sentence) == true, "\(error?.log ?? "")")
    }

    /// Such a store opens, so only the mark beside it can tell.
    @Test(arguments: [
      "rm -f inbox.db inbox.db-wal inbox.db-shm", "cp old.db inbox.db",
      "rm -f inbox.db-*; cp old.db inbox.db",
    ])
    func anOldOrEmptyStoreInThePlaceOfTheOneAcknowledgedIsRefused(_ damage: String) async throws {
      let run = try await storeWithEvents()
      try await Machine.shell(
        "cd '\(run.state)'; sqlite3 inbox.db '.backup old.db'; sqlite3 old.db 'DELETE FROM event WHERE sequence > 5; DELETE FROM id_batch WHERE place & 281474976710655 > 5'; { \(damage); }"
      )
      let error = await #expect(throws: ReceiverDidNotStart.self) { try await run.receiver { _ in } }
      #expect(error?.status == 78)
      #expect(error?.log.contains("lost acknowledged events") == true, "\(error?.log ?? "")")
    }

    private func storeWithEvents() async throws -> FaultRun {
      let run = try await FaultRun()
      let posting = Task { await run.poster.run() }
      try await run.receiver { receiver in
        try await run.poster.more(100)
        try await run.drained(receiver, posting)
      }
      return run
    }
  }
}

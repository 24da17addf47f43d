import Foundation
import InboxTestKit
import LinqEvents
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

@Suite struct MigrationTests {
  /// A file as version 1 made it, with three events that a handler has settled. The wall clock was wrong when the first
  /// came, and when the last one did.
  private func fileOfVersion1() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    let day: Int64 = 86_400_000
    let key = [UInt8](repeating: 7, count: FingerprintKey.byteCount)
    let ids = try ["a", "b", "c"].map { id in
      var bytes: [UInt8] = []
      try FingerprintKey(key).fingerprint(of: id).append(to: &bytes)
      return hex(bytes)
    }
    try folder.edit(
      Self.schemaOfVersion1 + """
        INSERT INTO meta VALUES ('fingerprint_key', \(hex(key)));
        INSERT INTO event VALUES (1, \(now - 30 * day), 'a', 'message.received', 'line=1', \(payload("a")));
        INSERT INTO event VALUES (2, \(now), 'b', 'message.received', NULL, \(payload("b")));
        INSERT INTO event VALUES (3, \(now + 30 * day), 'c', 'message.received', NULL, \(payload("c")));
        INSERT INTO id_batch VALUES (1, \(now), 0, \(ids[0]));
        INSERT INTO id_batch VALUES (2, \(now), 0, \(ids[1]));
        INSERT INTO id_batch VALUES (3, \(now + 30 * day), 0, \(ids[2]));
        INSERT INTO handler VALUES (1, 'h', 3, NULL, 1);
        INSERT INTO deferred VALUES (3, 1, 3, 'chat-1', 2, 5, 0, 'no answer');
        INSERT INTO quarantine VALUES
          (4, 1, 'stale_timestamp', 9, 'late', '192.0.2.1', '/a', NULL, '[]', X'01'),
          (5, 1, 'invalid_signature', 9, 'no configured secret gives this signature', '::1', '/a', NULL, '[]', X'01'),
          (6, 1, 'invalid_signature', 9, 'unsigned', '192.0.2.1', '/a', NULL, '[]', X'01');
        PRAGMA user_version = 1;
        """
    )
    return folder
  }

  private func payload(_ id: String) -> String { hex(inboundEvent(id).payload) }

  private func hex(_ bytes: [UInt8]) -> String {
    "X'" + bytes.map { String(format: "%02x", $0) }.joined() + "'"
  }

  @Test func whatAnOlderVersionStoredCountsAsAcceptedAtTheChange() async throws {
    let folder = try fileOfVersion1()
    let clock = TestClock()
    let inbox = try folder.open(clock)
    #expect(try await inbox.attach(["h"]) == [HandlerProgress(handler: "h", cursor: 3)])
    let sequences = { try await inbox.events(after: 0, limit: 9, maxBytes: .max).map(\.sequence) }
    clock.advance(hours: 71)
    await inbox.maintain()
    #expect(try await sequences() == [1, 2, 3])
    let known = ["a", "b", "c"].map { inboundEvent($0) }
    #expect(await inbox.accept(known + [inboundEvent("d")]).last == .accepted(sequence: 4))
    #expect(await inbox.accept(known) == [.duplicate, .duplicate, .duplicate])
    try await inbox.record(ProgressRecord(handler: "h", cursor: 4))
    clock.advance(hours: 2)
    await inbox.maintain()
    #expect(try await sequences() == [4])
    #expect(await inbox.accept(inboundEvent("c")) == .accepted(sequence: 5))
    await inbox.close()
    let again = try folder.open(clock)
    #expect(await again.accept([inboundEvent("c"), inboundEvent("d")]) == [.duplicate, .duplicate])
    await again.close()
  }

  @Test func refusedRequestsOfAnOlderVersionGetTheirClass() async throws {
    let folder = try fileOfVersion1()
    let inbox = try folder.open(limits: { $0.maxQuarantineEntries = 3 })
    let before = try await inbox.quarantined(after: 0, limit: 9)
    #expect(before.map(\.quarantineClass) == [.authentic, .mismatched, .unsigned])
    #expect(before.map(\.client) == ["192.0.2.1", "::1", "192.0.2.1"])
    #expect(before.map(\.seenCount) == [1, 1, 1])
    inbox.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: "new"))
    try await inbox.removeQuarantined([])
    #expect(try await inbox.quarantined(after: 0, limit: 9).map(\.number) == [4, 5, 7])
    await inbox.close()
  }

  /// What stands there may be of any endpoint, so it counts at every one.
  @Test func idsOfAnOlderVersionAreDuplicatesOnEveryEndpointUntilTheyAge() async throws {
    let folder = try fileOfVersion1()
    let clock = TestClock()
    let inbox = try SQLiteInbox.open(
      folder.storage(),
      limits: .test(),
      endpoints: [try endpointKeys("/a", "one"), try endpointKeys("/b", "two")],
      clock: clock.clock
    ) { _ in }
    #expect(inbox.statistics.dedupEntries == 3)
    for path in ["/a", "/b"] {
      #expect(await inbox.accept(inboundEvent("a", endpoint: path)) == .duplicate)
    }
    #expect(await inbox.accept(inboundEvent("d", endpoint: "/a")) == .accepted(sequence: 4))
    #expect(await inbox.accept(inboundEvent("d", endpoint: "/b")) == .accepted(sequence: 5))
    #expect(try await inbox.find(eventID: "a").map(\.event.sequence) == [1])
    #expect(try await inbox.find(eventID: "d").map(\.event.sequence) == [4, 5])
    clock.advance(hours: 73)
    await inbox.maintain()
    #expect(await inbox.accept(inboundEvent("a", endpoint: "/a")) == .accepted(sequence: 6))
    #expect(await inbox.accept(inboundEvent("a", endpoint: "/b")) == .accepted(sequence: 7))
    await inbox.close()
  }

  /// The horizon that an older version moved for the number of ids may lie in the last minutes.
  @Test func theHorizonOfAnOlderVersionIsKeptButRefusesNothingThatLinqMayStillSend() async throws {
    let folder = try fileOfVersion1()
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    try folder.edit("UPDATE meta SET value = \(now) WHERE key = 'dedup_horizon'")
    let clock = TestClock()
    let inbox = try folder.open(clock)
    let minute: Int64 = 60_000
    let recent = inboundEvent("r", createdAt: now - 25 * minute, isSigned: false)
    #expect(await inbox.accept(recent) == .accepted(sequence: 4))
    let old = inboundEvent("o", createdAt: now - 60 * minute, isSigned: false)
    #expect(await inbox.accept(old) == .tooOld)
    clock.advance(minutes: 51)
    await inbox.maintain()
    let later = inboundEvent("l", createdAt: now - 25 * minute, isSigned: false)
    #expect(await inbox.accept(later) == .tooOld)
    await inbox.close()
  }

  @Test func anOlderVersionsDeliveriesHaveNoOutboxAndItsHandlersAreNotPaused() async throws {
    let folder = try fileOfVersion1()
    let inbox = try folder.open()
    #expect(try await inbox.attach(["h"]).map(\.isPaused) == [false])
    var row = deferredDelivery(3, .waiting)
    func kept() async throws -> [[UInt8]?] {
      try await inbox.deferred(handler: "h", lane: "chat-1", limit: 9).map(\.delivery.outbox)
    }
    try await inbox.record(ProgressRecord(handler: "h", cursor: 3, deferred: [row]))
    #expect(try await kept() == [nil])
    row.outbox = [1]
    try await inbox.record(ProgressRecord(handler: "h", cursor: 3, deferred: [row]))
    #expect(try await kept() == [[1]])
    await inbox.close()
  }

  @Test func aFileOfAnOlderVersionIsReadAsItIs() async throws {
    let folder = try fileOfVersion1()
    let reader = try SQLiteInboxReader(path: folder.inboxPath)
    #expect(try await reader.list(EventQuery()).map(\.event.eventID) == ["a", "b", "c"])
    #expect(try await reader.find(eventID: "a").map(\.event.source) == ["line=1"])
    #expect(try await reader.find(eventID: "b").map(\.event.payload) == [inboundEvent("b").payload])
    #expect(try await reader.quarantined(after: 0, limit: 9).map(\.number) == [4, 5, 6])
    #expect(try await reader.handlers() == [KnownHandler(handler: "h", isAttached: true)])
    reader.close()
  }

  private static let schemaOfVersion1 = """
    PRAGMA journal_mode = WAL;
    PRAGMA application_id = 0x4C486962;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE event (
      sequence INTEGER PRIMARY KEY,
      received_at INTEGER NOT NULL,
      event_id TEXT NOT NULL,
      event_type TEXT NOT NULL,
      source TEXT,
      payload BLOB NOT NULL);
    CREATE TABLE id_batch (
      first_sequence INTEGER PRIMARY KEY,
      received_at INTEGER NOT NULL,
      created_until INTEGER NOT NULL,
      fingerprints BLOB NOT NULL);
    CREATE TABLE handler (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      cursor INTEGER NOT NULL,
      checkpoint BLOB,
      is_attached INTEGER NOT NULL);
    CREATE TABLE deferred (
      sequence INTEGER NOT NULL,
      handler INTEGER NOT NULL,
      state INTEGER NOT NULL,
      lane TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      first_attempt_at INTEGER,
      due_at INTEGER NOT NULL,
      last_error TEXT,
      PRIMARY KEY (sequence, handler)) WITHOUT ROWID;
    CREATE INDEX deferred_held ON deferred (handler, lane, sequence) WHERE state < 2;
    CREATE INDEX deferred_dead ON deferred (handler, sequence) WHERE state = 2;
    CREATE TABLE quarantine (
      number INTEGER PRIMARY KEY,
      received_at INTEGER NOT NULL,
      reason TEXT NOT NULL,
      size INTEGER NOT NULL,
      detail TEXT NOT NULL,
      remote TEXT NOT NULL,
      path TEXT NOT NULL,
      query TEXT,
      headers BLOB NOT NULL,
      body BLOB NOT NULL);
    INSERT INTO meta VALUES ('dedup_horizon', 0);

    """
}

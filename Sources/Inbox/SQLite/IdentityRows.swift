internal import Foundation
internal import GRDB
internal import LinqEvents

/// An id that is about to be stored.
struct Identity {
  let fingerprint: Fingerprint
  /// When Linq made the event, nil where it did not say.
  let createdAtMilliseconds: Int64?
}

/// What an eviction took.
struct Eviction {
  var fingerprints: [Fingerprint] = []
  var byAge = 0
  var byCount = 0
  /// When the newest id that was evicted by count had been received.
  var newestByCountMilliseconds: Int64?
}

/// The rows of `id_batch`: what of the index is on disk, and the horizon behind which nothing is known.
///
/// A value, so that a transaction that fails is undone by keeping the old one.
///
/// **Horizon.** V2 signs no timestamp, so a captured request stays valid for ever. While its id is known it
/// is a duplicate; once the id was evicted only `created_at` tells. The horizon is the newest `created_at`
/// among the evicted ids: a repeat of any of them is at or before it. It compares Linq's clock with Linq's
/// clock, so our own, right or wrong, never makes an authentic event too old. One bound comes from ours:
/// an event from the future counts as made at most five minutes from now.
struct IdentityRows {
  /// How far ahead of ours Linq's clock may be.
  private static let clockMarginMilliseconds: Int64 = 5 * 60_000
  /// A row shorter than this is written again with what comes next: a slow trickle of single events would
  /// otherwise leave a row for each, and a start would read a million rows.
  private static let tailCountMax = 64
  private static let tailSpanMilliseconds: Int64 = 10_000

  private(set) var horizonMilliseconds: Int64
  private let rowCountMax: Int
  private var tail: Row?
  /// When the ids of the oldest row were received; nil where that must be asked.
  private var oldestReceivedAtMilliseconds: Int64?

  private struct Row {
    let firstSequence: Int64
    let startedAtMilliseconds: Int64
    var createdUntilMilliseconds: Int64 = 0
    var fingerprints: [UInt8] = []
    var count: Int { fingerprints.count / Fingerprint.byteCount }
  }

  /// Rows as a store holds them that remembers at most `entriesMax` ids. Whole rows are evicted, so a row
  /// holds no more than a 64th of them.
  init(horizonMilliseconds: Int64, entriesMax: Int) {
    self.horizonMilliseconds = horizonMilliseconds
    rowCountMax = min(1024, max(1, entriesMax / 64))
  }

  /// Whether an event may be a repeat of one whose id was evicted.
  func isTooOld(_ event: InboundEvent) -> Bool {
    guard !event.hasSignedTimestamp, horizonMilliseconds > 0,
      let createdAt = event.envelope.createdAtMilliseconds
    else { return false }
    return createdAt <= horizonMilliseconds
  }

  /// Writes ids of consecutive sequences.
  mutating func append(
    _ identities: [Identity],
    firstSequence: Int64,
    clock: SteadyClock,
    db: Database
  ) throws {
    let now = clock.nowMilliseconds
    let createdUntilMax = clock.timeOfDayMilliseconds + Self.clockMarginMilliseconds
    var position = 0
    while position < identities.count {
      var row =
        reopenedTail(now: now)
        ?? Row(
          firstSequence: firstSequence + Int64(position),
          startedAtMilliseconds: now
        )
      let end = min(identities.count, position + rowCountMax - row.count)
      for identity in identities[position..<end] {
        identity.fingerprint.append(to: &row.fingerprints)
        let createdAt = min(identity.createdAtMilliseconds ?? 0, createdUntilMax)
        row.createdUntilMilliseconds = max(row.createdUntilMilliseconds, createdAt)
      }
      position = end
      try db.cachedStatement(sql: "INSERT OR REPLACE INTO id_batch VALUES (?,?,?,?)").execute(arguments: [
        row.firstSequence, now, row.createdUntilMilliseconds, Data(row.fingerprints),
      ])
      tail = row
    }
  }

  private func reopenedTail(now: Int64) -> Row? {
    guard let tail, tail.count < min(Self.tailCountMax, rowCountMax),
      now - tail.startedAtMilliseconds < Self.tailSpanMilliseconds
    else { return nil }
    return tail
  }

  /// Deletes the oldest rows while there are more than `entriesMax` ids or a row is older than the cut, at
  /// most `rowsMax` of them, and moves the horizon.
  mutating func evict(
    count: Int,
    entriesMax: Int,
    receivedBeforeMilliseconds cut: Int64,
    rowsMax: Int,
    db: Database
  ) throws -> Eviction {
    var eviction = Eviction()
    let horizonBefore = horizonMilliseconds
    for _ in 0..<rowsMax {
      let isOverCount = count - eviction.fingerprints.count > entriesMax
      if !isOverCount, let oldest = oldestReceivedAtMilliseconds, oldest >= cut { break }
      guard let oldest = try Self.oldestRow(db) else { break }
      oldestReceivedAtMilliseconds = oldest.receivedAtMilliseconds
      guard isOverCount || oldest.receivedAtMilliseconds < cut else { break }
      try drop(oldest, isByAge: oldest.receivedAtMilliseconds < cut, into: &eviction, db: db)
    }
    if horizonMilliseconds != horizonBefore {
      try db.execute(
        sql: "UPDATE meta SET value = ? WHERE key = 'dedup_horizon'",
        arguments: [horizonMilliseconds]
      )
    }
    return eviction
  }

  private mutating func drop(
    _ row: OldestRow,
    isByAge: Bool,
    into eviction: inout Eviction,
    db: Database
  ) throws {
    try db.cachedStatement(sql: "DELETE FROM id_batch WHERE first_sequence = ?")
      .execute(arguments: [row.firstSequence])
    eviction.fingerprints += row.fingerprints
    if isByAge {
      eviction.byAge += row.fingerprints.count
    } else {
      eviction.byCount += row.fingerprints.count
      eviction.newestByCountMilliseconds = row.receivedAtMilliseconds
    }
    horizonMilliseconds = max(horizonMilliseconds, row.createdUntilMilliseconds)
    oldestReceivedAtMilliseconds = nil
    if tail?.firstSequence == row.firstSequence { tail = nil }
  }
}

// MARK: - Reading

extension IdentityRows {
  private struct OldestRow {
    let firstSequence: Int64
    let receivedAtMilliseconds: Int64
    let createdUntilMilliseconds: Int64
    let fingerprints: [Fingerprint]
  }

  private static func oldestRow(_ db: Database) throws -> OldestRow? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT first_sequence, received_at, created_until, fingerprints FROM id_batch
        ORDER BY first_sequence LIMIT 1
        """
    )
    return try GRDB.Row.fetchOne(statement).map { row in
      OldestRow(
        firstSequence: row[0],
        receivedAtMilliseconds: row[1],
        createdUntilMilliseconds: row[2],
        fingerprints: fingerprints(in: try row.bytes(at: 3))
      )
    }
  }

  private static func fingerprints(in bytes: [UInt8]) -> [Fingerprint] {
    (0..<bytes.count / Fingerprint.byteCount).map { Fingerprint(bytes.span, at: $0 * Fingerprint.byteCount) }
  }

  /// Reads what the store remembers: the rows and the index, in one pass.
  static func load(_ db: Database, entriesMax: Int) throws -> (rows: IdentityRows, index: FingerprintIndex) {
    let horizon = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'dedup_horizon'") ?? 0
    let size = try Int.fetchOne(db, sql: "SELECT sum(length(fingerprints)) FROM id_batch") ?? 0
    var index = FingerprintIndex(minimumCapacity: size / Fingerprint.byteCount)
    let rows = try GRDB.Row.fetchCursor(db, sql: "SELECT fingerprints FROM id_batch")
    while let row = try rows.next() {
      let bytes = try row.bytes(at: 0)
      for entry in 0..<bytes.count / Fingerprint.byteCount {
        index.insert(Fingerprint(bytes.span, at: entry * Fingerprint.byteCount))
      }
    }
    return (IdentityRows(horizonMilliseconds: horizon, entriesMax: entriesMax), index)
  }

  /// The sequences of the ids that have this fingerprint, and the first sequence that any row covers.
  static func sequences(
    of fingerprint: Fingerprint,
    db: Database
  ) throws -> (found: [Int64], firstCovered: Int64?) {
    var found: [Int64] = []
    var firstCovered: Int64?
    let rows = try GRDB.Row.fetchCursor(
      db,
      sql: "SELECT first_sequence, fingerprints FROM id_batch ORDER BY first_sequence"
    )
    while let row = try rows.next() {
      let first: Int64 = row[0]
      firstCovered = firstCovered ?? first
      let bytes = try row.bytes(at: 1)
      for entry in 0..<bytes.count / Fingerprint.byteCount
      where Fingerprint(bytes.span, at: entry * Fingerprint.byteCount) == fingerprint {
        found.append(first + Int64(entry))
      }
    }
    return (found, firstCovered)
  }
}

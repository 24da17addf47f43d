internal import Foundation
internal import GRDB
internal import LinqEvents
internal import LinqhookInbox

/// The rows of `id_batch`: what of the index is on disk, and the horizons behind which nothing is known.
///
/// A value, so that a transaction that fails is undone by keeping the old one.
///
/// **Horizon.** V2 signs no timestamp, so a captured request stays valid forever. While its id is known it
/// is a duplicate; once the id was evicted only `created_at` tells. The horizon of a scope is the newest `created_at`
/// among the ids that were evicted there: a repeat of any of them is at or before it. It compares Linq's clock with
/// Linq's clock, so our own, right or wrong, never makes an authentic event too old. One bound comes from ours:
/// an event from the future counts as made when it came.
///
/// **Early.** An id that must go while Linq may still repeat its event moves the horizon only when that time is over
/// (see ``ForgottenEarly``): until then a repeat would be taken again, but nothing that Linq sends is refused.
struct IdentityRows {
  /// A row shorter than this is written again with what comes next: a slow trickle of single events would
  /// otherwise leave a row for each, and a start would read a million rows.
  private static let maxTailCount = 64
  private static let tailSpanMilliseconds: Int64 = 10_000

  /// The oldest row of a kind.
  struct Head {
    let place: IdentityPlace
    var receivedAtMilliseconds: Int64
    var createdUntilMilliseconds: Int64
    var stampedAtMilliseconds: Int64
  }

  var scopes: IdentityScopes
  var forgotten: ForgottenEarly
  /// Those that are known; the others must be asked for.
  var heads: [IdentityKind: Head] = [:]
  private let maxRowCount: Int
  private var tails: [IdentityKind: IdentityRow] = [:]

  /// Rows as a store holds them that remembers at most `maxEntries` ids. Whole rows are evicted, so a row
  /// holds no more than a 64th of them.
  init(scopes: IdentityScopes, forgotten: ForgottenEarly, maxEntries: Int) {
    self.scopes = scopes
    self.forgotten = forgotten
    for scope in forgotten.scopes { self.scopes.noteForgotten(in: scope) }
    maxRowCount = min(1024, max(1, maxEntries / 64))
  }

  /// Writes ids of consecutive sequences.
  mutating func append(
    _ identities: [Identity],
    firstSequence: Int64,
    clock: SteadyClock,
    db: Database
  ) throws {
    let now = clock.nowMilliseconds
    let maxCreatedAt = clock.timeOfDayMilliseconds
    for kind in Self.kinds(of: identities) {
      var row: IdentityRow?
      for (offset, identity) in identities.enumerated() where identity.kind == kind {
        let sequence = firstSequence + Int64(offset)
        if let full = row, full.count >= maxRowCount {
          try write(full, kind, now: now, db: db)
          row = nil
        }
        var open =
          row ?? reopenedTail(of: kind, now: now)
          ?? IdentityRow(firstSequence: sequence, startedAtMilliseconds: now)
        row = nil
        open.add(identity, sequence: sequence, maxCreatedAt: maxCreatedAt)
        row = open
      }
      if let row { try write(row, kind, now: now, db: db) }
    }
  }

  /// Nearly always one.
  private static func kinds(of identities: [Identity]) -> [IdentityKind] {
    var kinds: [IdentityKind] = []
    for identity in identities where identity.kind != kinds.last && !kinds.contains(identity.kind) {
      kinds.append(identity.kind)
    }
    return kinds
  }

  private mutating func reopenedTail(of kind: IdentityKind, now: Int64) -> IdentityRow? {
    guard let tail = tails.removeValue(forKey: kind), tail.count < min(Self.maxTailCount, maxRowCount),
      now - tail.startedAtMilliseconds < Self.tailSpanMilliseconds
    else { return nil }
    return tail
  }

  private mutating func write(_ row: IdentityRow, _ kind: IdentityKind, now: Int64, db: Database) throws {
    let place = IdentityPlace(kind, firstSequence: row.firstSequence)
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO id_batch (place, received_at, created_until, fingerprints, stamped_at, gaps)
        VALUES (?,?,?,?,?,?)
        """
    ).execute(arguments: [
      place.rowID, now, row.createdUntilMilliseconds, Data(row.fingerprints), row.stampedAtMilliseconds,
      row.storedGaps,
    ])
    tails[kind] = row
    if heads[kind]?.place.rowID == place.rowID {
      heads[kind] = Head(
        place: place,
        receivedAtMilliseconds: now,
        createdUntilMilliseconds: row.createdUntilMilliseconds,
        stampedAtMilliseconds: row.stampedAtMilliseconds
      )
    }
  }

  /// A row is gone.
  mutating func forget(_ place: IdentityPlace) {
    heads[place.kind] = nil
    if tails[place.kind]?.firstSequence == place.firstSequence { tails[place.kind] = nil }
  }
}

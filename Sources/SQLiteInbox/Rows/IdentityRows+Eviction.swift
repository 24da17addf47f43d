internal import GRDB
internal import LinqhookInbox

/// What an eviction took.
struct Eviction {
  var removed: [(fingerprint: Fingerprint, kind: IdentityKind)] = []
  var byAge = 0
  var byCount = 0
  /// Those of them that Linq could still send again.
  var early = 0
  /// The least time for which one of those was remembered.
  var earlyAgeMilliseconds = Int64.max
}

/// By what ids are forgotten.
struct EvictionLimits {
  /// How many there are now.
  var counts: IdentityCounts
  let maxEntries: Int
  let windowMilliseconds: Int64
  let nowMilliseconds: Int64
  /// How many rows go at most.
  var maxRows: Int
}

extension IdentityRows {
  /// Deletes the oldest rows of endpoints that have more than `maxEntries` ids, and rows older than the window, and
  /// moves horizons. Where the number is too large, ids whose stamp would still pass stay and others go.
  mutating func evict(_ limits: EvictionLimits, db: Database) throws -> Eviction {
    var limits = limits
    var eviction = Eviction()
    var horizons: Set<Int> = []
    for (scope, horizon) in try forgotten.settle(scopes.all, now: limits.nowMilliseconds, db: db) {
      scopes.raiseHorizon(of: scope, to: horizon)
      horizons.insert(scope)
    }
    for members in scopes.groups {
      while limits.maxRows > 0 {
        let isOver = limits.counts.ids(inScopes: members) > limits.maxEntries
        guard let head = try nextToGo(members, isOver: isOver, limits, db: db) else { break }
        limits.maxRows -= 1
        try drop(head, &limits, into: &eviction, db: db)
        horizons.insert(head.place.kind.scope)
      }
    }
    for scope in horizons {
      try db.execute(
        sql: "UPDATE id_scope SET horizon = ? WHERE number = ?",
        arguments: [scopes.all[scope].horizonMilliseconds, scope]
      )
    }
    return eviction
  }

  /// The oldest row of these scopes that may go and must.
  private mutating func nextToGo(
    _ members: [Int],
    isOver: Bool,
    _ limits: EvictionLimits,
    db: Database
  ) throws -> Head? {
    var oldest: Head?
    for scope in members {
      for isStamped in [false, true] {
        let kind = IdentityKind(scope: scope, isStamped: isStamped)
        guard limits.counts[kind] > 0, let head = try head(of: kind, db: db),
          mayGo(head, now: limits.nowMilliseconds),
          isOver || head.receivedAtMilliseconds < limits.nowMilliseconds - limits.windowMilliseconds
        else { continue }
        if oldest.map({ head.place.firstSequence < $0.place.firstSequence }) ?? true { oldest = head }
      }
    }
    return oldest
  }

  /// Whether no stamp of its requests passes any more.
  private func mayGo(_ head: Head, now: Int64) -> Bool {
    let kind = head.place.kind
    return !kind.isStamped
      || head.stampedAtMilliseconds + scopes.all[kind.scope].toleranceMilliseconds < now
  }

  /// Whether ids that must stay take all the room that an event of this scope could have. Ids whose stamp has run out
  /// make room with the next transaction.
  func isFull(_ scope: Int, counts: IdentityCounts, maxEntries: Int, now: Int64) -> Bool {
    let members = scopes.groups[scopes.all[scope].group]
    guard counts.stampedIDs(inScopes: members) >= maxEntries else { return false }
    return !members.contains { member in
      heads[IdentityKind(scope: member, isStamped: true)].map { mayGo($0, now: now) } ?? false
    }
  }

  private mutating func drop(
    _ head: Head,
    _ limits: inout EvictionLimits,
    into eviction: inout Eviction,
    db: Database
  ) throws {
    let kind = head.place.kind
    let removed = try Self.fingerprints(at: head.place, db: db)
    try db.cachedStatement(sql: "DELETE FROM id_batch WHERE place = ?").execute(arguments: [head.place.rowID])
    limits.counts[kind] -= removed.count
    eviction.removed += removed.map { ($0, kind) }
    let age = limits.nowMilliseconds - head.receivedAtMilliseconds
    if age > limits.windowMilliseconds {
      eviction.byAge += removed.count
    } else {
      eviction.byCount += removed.count
    }
    if age <= InboxLimits.repeatWindowMilliseconds {
      eviction.early += removed.count
      eviction.earlyAgeMilliseconds = min(eviction.earlyAgeMilliseconds, max(0, age))
    }
    if age <= scopes.all[kind.scope].repeatWindowMilliseconds {
      try forgotten.note(head, db: db)
      scopes.noteForgotten(in: kind.scope)
    } else {
      // Never 0, which says that nothing was forgotten.
      scopes.raiseHorizon(of: kind.scope, to: max(1, head.createdUntilMilliseconds))
    }
    forget(head.place)
  }

  private mutating func head(of kind: IdentityKind, db: Database) throws -> Head? {
    if let known = heads[kind] { return known }
    let range = IdentityPlace.range(of: kind)
    let statement = try db.cachedStatement(
      sql: """
        SELECT place, received_at, created_until, stamped_at FROM id_batch
        WHERE place BETWEEN ? AND ? ORDER BY place LIMIT 1
        """
    )
    heads[kind] = try Row.fetchOne(statement, arguments: [range.lowerBound, range.upperBound]).map { row in
      Head(
        place: IdentityPlace(rowID: row[0]),
        receivedAtMilliseconds: row[1],
        createdUntilMilliseconds: row[2],
        stampedAtMilliseconds: row[3]
      )
    }
    return heads[kind]
  }

  private static func fingerprints(at place: IdentityPlace, db: Database) throws -> [Fingerprint] {
    let statement = try db.cachedStatement(sql: "SELECT fingerprints FROM id_batch WHERE place = ?")
    let bytes = try Row.fetchOne(statement, arguments: [place.rowID])?.bytes(at: 0) ?? []
    return fingerprints(in: bytes)
  }

  static func fingerprints(in bytes: [UInt8]) -> [Fingerprint] {
    (0..<bytes.count / Fingerprint.byteCount).map { Fingerprint(bytes.span, at: $0 * Fingerprint.byteCount) }
  }
}

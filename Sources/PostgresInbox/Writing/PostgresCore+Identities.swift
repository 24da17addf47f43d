internal import LinqhookInbox
internal import PostgreSQL

/// What was forgotten by one transaction.
struct Eviction {
  var byAge = 0
  var byCount = 0
  /// Those of them that Linq could still send again.
  var early = 0
  /// The least time for which one of those was remembered.
  var earlyAgeMilliseconds = Int64.max
  /// Whether there may be more to forget.
  var hasMore = false

  var count: Int { byAge + byCount }
}

extension InboxStatistics {
  /// Counts ids that were forgotten.
  mutating func count(_ eviction: Eviction) {
    dedupEvictionsByAge += eviction.byAge
    dedupEvictionsByCount += eviction.byCount
    dedupEarlyEvictions += eviction.early
  }
}

/// An id that may be forgotten.
private struct OldID {
  let sequence: Int64
  let kind: IdentityKind
  let rememberedAtMilliseconds: Int64
  let createdAtMilliseconds: Int64
  let stampedAtMilliseconds: Int64?
}

extension PostgresCore {
  /// How many ids one transaction forgets at most.
  private static let maxForgotten = 1024

  /// Forgets the oldest ids of endpoints that have more than `inbox.dedup.max_entries`, and those older than the window.
  /// Where there are too many, ids whose stamp would still pass stay and others go.
  mutating func evictIDs(_ head: inout HeadState, _ session: PostgreSQLSession) throws -> Eviction {
    let now = clock.nowMilliseconds
    var eviction = Eviction()
    try settleForgotten(session, now: now)
    let isDue = nextIDCheckMilliseconds.map { $0 <= now } ?? true
    var earliest = Int64.max
    for members in scopes.groups {
      let excess = head.counts.ids(inScopes: members) - limits.maxDedupEntries
      guard isDue || excess > 0 else { continue }
      let limit = min(Self.maxForgotten, max(excess, 64))
      let (due, next) = try oldIDs(of: members, excess: max(0, excess), limit: limit, session, now: now)
      try forget(due, &head, &eviction, session, now: now)
      eviction.hasMore = eviction.hasMore || due.count >= limit
      earliest = min(earliest, next)
    }
    if isDue { nextIDCheckMilliseconds = eviction.hasMore ? now : earliest }
    return eviction
  }

  private static let oldest = PostgreSQLStatement(
    "oldest_ids",
    """
    SELECT seq, accepted_at, coalesce(created_at, 0), stamped_at FROM event
    WHERE kind = $1::integer AND fp IS NOT NULL ORDER BY seq LIMIT $2::bigint
    """
  )

  /// The ids of these scopes that must go, oldest first, and when the next one comes to its age.
  private func oldIDs(
    of members: [Int],
    excess: Int,
    limit: Int,
    _ session: PostgreSQLSession,
    now: Int64
  ) throws -> ([OldID], Int64) {
    let window = limits.dedupWindowMilliseconds
    var candidates: [OldID] = []
    var next = Int64.max
    for kind in members.flatMap({ scope in [false, true].map { IdentityKind(scope: scope, isStamped: $0) } })
    {
      var young = 0
      for id in try oldest(kind, limit: limit + 1, session) {
        guard mayGo(id, now: now) else {
          let stampEnd = (id.stampedAtMilliseconds ?? 0) + scopes.all[id.kind.scope].toleranceMilliseconds
          next = min(next, max(stampEnd, id.rememberedAtMilliseconds + window) + 1)
          break
        }
        if id.rememberedAtMilliseconds + window >= now {
          next = min(next, id.rememberedAtMilliseconds + window + 1)
          young += 1
          guard young <= excess else { break }
        }
        candidates.append(id)
      }
    }
    candidates.sort { $0.sequence < $1.sequence }
    var due: [OldID] = []
    for id in candidates.prefix(limit) {
      guard due.count < excess || id.rememberedAtMilliseconds + window < now else { break }
      due.append(id)
    }
    return (due, next)
  }

  private func oldest(_ kind: IdentityKind, limit: Int, _ session: PostgreSQLSession) throws -> [OldID] {
    let rows = try session.execute(
      Self.oldest,
      [.int4(Int32(kind.code)), .int8(Int64(limit))],
      timeout: storage.answerWithin
    )
    return try (0..<rows.rowCount).map { row in
      OldID(
        sequence: try rows.int(row, 0),
        kind: kind,
        rememberedAtMilliseconds: try rows.int(row, 1),
        createdAtMilliseconds: try rows.int(row, 2),
        stampedAtMilliseconds: try rows.intIfPresent(row, 3)
      )
    }
  }

  /// Whether no stamp of its request passes any more.
  private func mayGo(_ id: OldID, now: Int64) -> Bool {
    guard let stampedAt = id.stampedAtMilliseconds else { return true }
    return stampedAt + scopes.all[id.kind.scope].toleranceMilliseconds < now
  }

  /// Whether no id can be remembered for another event of this scope, because all are of requests that could be played
  /// again. Ids whose stamp has run out make room with the transaction that takes the event.
  mutating func lacksIDs(_ scope: Int, _ head: HeadState, now: Int64) -> Bool {
    let members = scopes.groups[scopes.all[scope].group]
    guard head.counts.stampedIDs(inScopes: members) >= limits.maxDedupEntries else { return false }
    guard case .open(let session) = connection else { return true }
    let canGo = members.contains { member in
      let oldest = try? oldest(IdentityKind(scope: member, isStamped: true), limit: 1, session).first
      return oldest.map { mayGo($0, now: now) } ?? false
    }
    guard !canGo else { return false }
    if complaints.isDue(.idsFull, now: now) {
      report(
        InboxDiagnostic(
          .idsFull,
          .alarm,
          "Events are answered 503: there are \(limits.maxDedupEntries) ids of requests whose stamp is still good, and "
            + "forgetting one would let that request in again. Raise inbox.dedup.max_entries, or lower the endpoint's "
            + "tolerance (\(scopes.all[scope].toleranceMilliseconds / 60_000) minutes)."
        )
      )
    }
    return true
  }

  /// Says that ids are forgotten while Linq may still send their events again.
  mutating func complain(of eviction: Eviction) {
    guard eviction.early > 0, complaints.isDue(.dedupWindowTooSmall, now: clock.nowMilliseconds) else {
      return
    }
    report(
      InboxDiagnostic(
        .dedupWindowTooSmall,
        .warning,
        "Ids are forgotten after \(max(0, eviction.earlyAgeMilliseconds) / 1000) seconds because there are more than "
          + "\(limits.maxDedupEntries); Linq repeats for 25 minutes, so an event may be handled twice. "
          + "Raise inbox.dedup.max_entries."
      )
    )
  }
}

// MARK: - Forgetting

extension PostgresCore {
  private static let forgetIDs = PostgreSQLStatement(
    "forget_ids",
    """
    WITH emptied AS (
      UPDATE event SET fp = NULL, kind = NULL, created_at = NULL, stamped_at = NULL
      WHERE seq = ANY($1::bigint[]) AND payload IS NOT NULL
    ), gone AS (
      DELETE FROM event WHERE seq = ANY($1::bigint[]) AND payload IS NULL
    )
    UPDATE scope SET
      unstamped = unstamped - (SELECT count(*) FROM unnest($2::bigint[]) k WHERE k = number * 2),
      stamped = stamped - (SELECT count(*) FROM unnest($2::bigint[]) k WHERE k = number * 2 + 1)
    WHERE number IN (SELECT DISTINCT k / 2 FROM unnest($2::bigint[]) k)
    """
  )
  private static let note = PostgreSQLStatement(
    "note_forgotten",
    """
    INSERT INTO forgotten AS f VALUES ($1::integer, $2::bigint, $3::bigint, $4::bigint)
    ON CONFLICT (scope, minute) DO UPDATE SET
      remembered_at = greatest(f.remembered_at, excluded.remembered_at),
      created_until = greatest(f.created_until, excluded.created_until)
    """
  )
  private static let raise = PostgreSQLStatement(
    "raise_horizon",
    "UPDATE scope SET horizon = greatest(horizon, $2::bigint), has_forgotten = true WHERE number = $1::integer"
  )
  private static let settle = PostgreSQLStatement(
    "settle_forgotten",
    """
    WITH due AS (
      DELETE FROM forgotten WHERE scope = $1::integer AND remembered_at < $2::bigint RETURNING created_until)
    SELECT greatest(1, max(created_until)) FROM due HAVING count(*) > 0
    """
  )

  private mutating func forget(
    _ ids: [OldID],
    _ head: inout HeadState,
    _ eviction: inout Eviction,
    _ session: PostgreSQLSession,
    now: Int64
  ) throws {
    guard !ids.isEmpty else { return }
    _ = try session.execute(
      Self.forgetIDs,
      [.int8s(ids.map(\.sequence)), .int8s(ids.map { Int64($0.kind.code) })],
      timeout: storage.answerWithin
    )
    var horizons: [Int: Int64] = [:]
    for id in ids {
      head.counts[id.kind] -= 1
      let (scope, age) = (id.kind.scope, now - id.rememberedAtMilliseconds)
      if age > limits.dedupWindowMilliseconds { eviction.byAge += 1 } else { eviction.byCount += 1 }
      if age <= InboxLimits.repeatWindowMilliseconds {
        eviction.early += 1
        eviction.earlyAgeMilliseconds = min(eviction.earlyAgeMilliseconds, age)
      }
      if age > scopes.all[scope].repeatWindowMilliseconds {
        horizons[scope] = max(horizons[scope] ?? 1, id.createdAtMilliseconds)
      } else {
        horizons[scope] = horizons[scope] ?? 0
        try note(id, session)
      }
    }
    for (scope, horizon) in horizons { try raise(scope, to: horizon, session) }
  }

  /// Its horizon moves when Linq does not repeat it any more.
  private func note(_ id: OldID, _ session: PostgreSQLSession) throws {
    _ = try session.execute(
      Self.note,
      [
        .int4(Int32(id.kind.scope)), .int8(id.rememberedAtMilliseconds / 60_000),
        .int8(id.rememberedAtMilliseconds), .int8(id.createdAtMilliseconds),
      ],
      timeout: storage.answerWithin
    )
  }

  private mutating func raise(_ scope: Int, to horizon: Int64, _ session: PostgreSQLSession) throws {
    _ = try session.execute(Self.raise, [.int4(Int32(scope)), .int8(horizon)], timeout: storage.answerWithin)
    scopes.raiseHorizon(of: scope, to: horizon)
  }

  private mutating func settleForgotten(_ session: PostgreSQLSession, now: Int64) throws {
    for number in scopes.all.indices where scopes.all[number].hasForgotten {
      let window = scopes.all[number].repeatWindowMilliseconds
      let row = try session.execute(
        Self.settle,
        [.int4(Int32(number)), .int8(now - window)],
        timeout: storage.answerWithin
      )
      if row.rowCount > 0 { try raise(number, to: try row.int(0, 0), session) }
    }
  }
}

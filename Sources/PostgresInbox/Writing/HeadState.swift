internal import LinqhookInbox
internal import PostgreSQL

/// What a transaction that accepts events has read after it took the head row.
struct HeadState {
  var last: Int64
  var bytes: Int64
  var lowestCursor: Int64?
  var held: Int64
  var counts = IdentityCounts()
  /// Those of the ids asked for that are remembered.
  var known: Set<Fingerprint>

  /// Events that some attached handler has not settled.
  var pending: Int { lowestCursor.map { Int(max(0, last - $0) + held) } ?? 0 }
}

extension PostgresCore {
  private static let begin = PostgreSQLStatement(
    "begin_batch",
    "SELECT * FROM begin_batch($1::uuid[], $2::boolean)"
  )

  /// Takes the head row for the rest of the transaction, or only looks at it. Brings clock, scopes and horizons up to
  /// what is stored.
  mutating func takeHead(
    _ session: PostgreSQLSession,
    asking ids: [Fingerprint] = [],
    takes: Bool = true
  ) throws -> HeadState {
    let row = try session.execute(
      Self.begin,
      [.uuids(ids.map { ($0.high, $0.low) }), .bool(takes)],
      timeout: storage.answerWithin
    )
    if let steady = try row.intIfPresent(0, 1), steady > clock.nowMilliseconds {
      clock = SteadyClock(inboxClock, goingOnFrom: steady)
    }
    let version = try row.int(0, 3)
    if version != scopesVersion {
      try loadScopes(session)
      scopesVersion = version
    }
    var head = HeadState(
      last: try row.int(0, 0),
      bytes: try row.int(0, 2),
      lowestCursor: try row.intIfPresent(0, 4),
      held: try row.int(0, 5),
      known: Set(try row.uuids(0, 6).map { Fingerprint(high: $0.high, low: $0.low) })
    )
    let (horizons, forgotten) = (try row.ints(0, 7), try row.bools(0, 8))
    let (unstamped, stamped) = (try row.ints(0, 9), try row.ints(0, 10))
    for number in scopes.all.indices where number < horizons.count {
      if horizons[number] > 0 { scopes.raiseHorizon(of: number, to: horizons[number]) }
      if forgotten[number] { scopes.noteForgotten(in: number) }
      head.counts[IdentityKind(scope: number, isStamped: false)] = Int(unstamped[number])
      head.counts[IdentityKind(scope: number, isStamped: true)] = Int(stamped[number])
    }
    return head
  }

  /// Puts the figures of a transaction where everybody can read them.
  func publish(_ head: HeadState, _ change: (inout InboxStatistics) -> Void = { _ in }) {
    board.update { statistics in
      statistics.lastSequence = head.last
      statistics.bytes = head.bytes
      statistics.pendingEvents = head.pending
      statistics.dedupEntries = head.counts.ids(inScopes: Array(scopes.all.indices))
      statistics.quarantineEntries = ring.count
      change(&statistics)
      if statistics.unavailability != .closed { statistics.unavailability = refusal(head) }
    }
  }

  /// Why the bounds forbid an event after this.
  func refusal(_ head: HeadState) -> InboxUnavailability? {
    if head.bytes >= limits.maxBytes { return .storeFull }
    return head.lowestCursor != nil && head.pending >= limits.maxPendingEvents ? .backlogFull : nil
  }
}

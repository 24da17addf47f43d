internal import LinqhookInbox
internal import PostgreSQL

// What keeps the store within its bounds, in small steps.

extension PostgresCore {
  private static let maxPruned: Int64 = 512

  /// One small step of everything that depends on age; whether there is more to do.
  mutating func maintain() -> Bool {
    guard case .open = connection else { return false }
    // Other receivers store ids, too.
    nextIDCheckMilliseconds = nil
    do throws(InboxError) {
      let (head, eviction, hasMore) = try commit { core, session in
        var head = try core.takeHead(session)
        let eviction = try core.evictIDs(&head, session)
        let hasMore = try core.prune(&head, session)
        try core.readPending(&head, session)
        return (head, eviction, hasMore)
      }
      complain(of: eviction)
      publish(head) { $0.count(eviction) }
      return eviction.hasMore || hasMore
    } catch {
      return false
    }
  }

  /// Reads the figures again, for a receiver that has only just connected.
  mutating func refreshFigures() {
    guard case .open = connection else { return }
    let head = try? commit { core, session in
      var head = try core.takeHead(session, takes: false)
      try core.readPending(&head, session)
      return head
    }
    if let head { publish(head) }
  }

  private static let prune = PostgreSQLStatement(
    "prune",
    "SELECT * FROM prune_events($1::bigint, $2::bigint, $3::bigint, $4::bigint)"
  )

  /// Events go from the oldest on, when every attached handler has settled them and none holds them; the newest stays.
  /// Whether there are more to look at.
  private mutating func prune(_ head: inout HeadState, _ session: PostgreSQLSession) throws -> Bool {
    let settled = min(head.lowestCursor ?? head.last, head.last - 1)
    let isOver = head.bytes >= limits.maxBytes
    let cut = isOver ? Int64.max : clock.nowMilliseconds - limits.retentionMilliseconds
    let row = try session.execute(
      Self.prune,
      [.int8(prunedThrough), .int8(settled), .int8(cut), .int8(Self.maxPruned)],
      timeout: storage.answerWithin
    )
    head.bytes -= try row.int(0, 1)
    let isEnd = try row.int(0, 3) < Self.maxPruned
    // What was held may be free by the next time.
    prunedThrough = isEnd ? 0 : try row.int(0, 2)
    return !isEnd
  }
}

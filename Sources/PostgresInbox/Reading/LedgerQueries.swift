internal import LinqhookInbox
internal import PostgreSQL

/// What delivery reads.
enum LedgerQueries {
  private static let timeout = Duration.seconds(30)

  private static let after = PostgreSQLStatement(
    "events_after",
    """
    SELECT \(EventRow.columns) FROM event e
    WHERE e.seq > $1::bigint AND e.payload IS NOT NULL ORDER BY e.seq LIMIT $2::bigint
    """
  )

  /// Events after a sequence. They are fetched in small steps: how long their payloads are is known only then.
  static func events(
    after sequence: Int64,
    limit: Int,
    maxBytes: Int,
    _ session: PostgreSQLSession
  ) throws -> [StoredEvent] {
    var (events, room, position): ([StoredEvent], Int, Int64) = ([], max(1, maxBytes), sequence)
    while room > 0, events.count < limit {
      let step = min(limit - events.count, 256)
      let rows = try session.execute(after, [.int8(position), .int8(Int64(step))], timeout: timeout)
      for row in 0..<rows.rowCount where room > 0 {
        let event = try EventRow.event(rows, row)
        events.append(event)
        room -= event.payload.count
        position = event.sequence
      }
      if rows.rowCount < step { break }
    }
    return events
  }

  private static let one = PostgreSQLStatement(
    "event",
    "SELECT \(EventRow.columns) FROM event e WHERE e.seq = $1::bigint AND e.payload IS NOT NULL"
  )

  static func event(sequence: Int64, _ session: PostgreSQLSession) throws -> StoredEvent? {
    let rows = try session.execute(one, [.int8(sequence)], timeout: timeout)
    return rows.rowCount == 0 ? nil : try EventRow.event(rows, 0)
  }

  private static let withRows = PostgreSQLStatement(
    "sequences_with_rows",
    """
    SELECT seq FROM deferred WHERE handler = (SELECT id FROM handler WHERE name = $1::bytea) AND seq > $2::bigint
    ORDER BY seq
    """
  )

  static func sequencesWithRows(
    handler: String,
    after sequence: Int64,
    _ session: PostgreSQLSession
  ) throws -> [Int64] {
    let rows = try session.execute(withRows, [.string(handler), .int8(sequence)], timeout: timeout)
    return try (0..<rows.rowCount).map { try rows.int($0, 0) }
  }

  private static let known = PostgreSQLStatement(
    "handlers",
    "SELECT name, is_attached, is_paused FROM handler ORDER BY id"
  )

  static func handlers(_ session: PostgreSQLSession) throws -> [KnownHandler] {
    let rows = try session.execute(known, timeout: timeout)
    return try (0..<rows.rowCount).map { row in
      KnownHandler(
        handler: try rows.string(row, 0),
        isAttached: try rows.bool(row, 1),
        isPaused: try rows.bool(row, 2)
      )
    }
  }

  private static let lanes = PostgreSQLStatement(
    "held_lanes",
    """
    SELECT DISTINCT ON (lane) lane, due_at, count(*) OVER (PARTITION BY lane), seq FROM deferred
    WHERE handler = (SELECT id FROM handler WHERE name = $1::bytea) AND state < 2
    ORDER BY lane, seq
    """
  )

  static func heldLanes(handler: String, _ session: PostgreSQLSession) throws -> [HeldLane] {
    let rows = try session.execute(lanes, [.string(handler)], timeout: timeout)
    let lanes = try (0..<rows.rowCount).map { row in
      HeldLane(
        lane: try rows.string(row, 0),
        dueAtMilliseconds: try rows.int(row, 1),
        count: Int(try rows.int(row, 2)),
        firstSequence: try rows.int(row, 3)
      )
    }
    return lanes.sorted {
      ($0.dueAtMilliseconds, $0.firstSequence) < ($1.dueAtMilliseconds, $1.firstSequence)
    }
  }

  private static let ofLane = PostgreSQLStatement(
    "deferred_of_lane",
    """
    SELECT \(EventRow.columns), \(DeferredRow.columns), d.outbox
    FROM deferred d JOIN event e ON e.seq = d.seq
    WHERE d.handler = (SELECT id FROM handler WHERE name = $1::bytea) AND d.lane = $2::bytea AND d.state < 2
    ORDER BY d.seq LIMIT $3::bigint
    """
  )

  static func deferred(
    handler: String,
    lane: String,
    limit: Int,
    _ session: PostgreSQLSession
  ) throws -> [(delivery: DeferredDelivery, event: StoredEvent)] {
    let rows = try session.execute(
      ofLane,
      [.string(handler), .string(lane), .int8(Int64(limit))],
      timeout: timeout
    )
    return try (0..<rows.rowCount).map { row in
      var delivery = try DeferredRow.delivery(rows, row, at: EventRow.columnCount)
      delivery.outbox = try rows.bytesIfPresent(row, EventRow.columnCount + DeferredRow.columnCount)
      return (delivery, try EventRow.event(rows, row))
    }
  }
}

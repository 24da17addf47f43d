internal import LinqEvents
internal import LinqhookInbox
internal import PostgreSQL

/// What people read: events with the state of their deliveries.
struct ArchiveQueries {
  private static let timeout = Duration.seconds(30)

  private struct Handler {
    let id: Int64
    let name: String
    let cursor: Int64
    let isAttached: Bool
  }

  private let session: PostgreSQLSession
  private let handlers: [Handler]

  private static let known = PostgreSQLStatement(
    "archive_handlers",
    "SELECT id, name, cursor, is_attached FROM handler ORDER BY id"
  )

  init(_ session: PostgreSQLSession) throws {
    self.session = session
    let rows = try session.execute(Self.known, timeout: Self.timeout)
    handlers = try (0..<rows.rowCount).map { row in
      Handler(
        id: try rows.int(row, 0),
        name: try rows.string(row, 1),
        cursor: try rows.int(row, 2),
        isAttached: try rows.bool(row, 3)
      )
    }
  }

  private func judges(_ name: String?) throws -> [Handler] {
    guard let name else { return handlers.filter(\.isAttached) }
    guard let handler = handlers.first(where: { $0.name == name }) else {
      throw InboxError.unknownHandler(name)
    }
    return [handler]
  }
}

// MARK: - Lists

extension ArchiveQueries {
  /// A page of candidates: by the indexes few others than those asked for. `$1` and `$2` bound the sequence, `$4` is the
  /// state by its code, `$5` the handlers, `$6` their lowest cursor.
  private static func page(_ order: String) -> PostgreSQLStatement {
    PostgreSQLStatement(
      "list_\(order)",
      """
      SELECT e.seq, e.event_type FROM event e
      WHERE e.seq > $1::bigint AND e.seq < $2::bigint AND e.received_at >= $3::bigint AND e.payload IS NOT NULL
        AND CASE $4::smallint
          WHEN 0 THEN e.seq > $6::bigint OR e.seq IN (
            SELECT seq FROM deferred WHERE state < 2 AND handler = ANY($5::bigint[]))
          WHEN 2 THEN e.seq IN (SELECT seq FROM deferred WHERE state = 2 AND handler = ANY($5::bigint[]))
          WHEN 3 THEN e.seq <= $6::bigint OR e.seq IN (
            SELECT seq FROM deferred WHERE state > 2 AND handler = ANY($5::bigint[]))
          ELSE true END
      ORDER BY e.seq \(order) LIMIT 500
      """
    )
  }

  private static let ascending = page("ASC")
  private static let descending = page("DESC")

  func list(_ query: EventQuery) throws -> [ListedEvent] {
    let judges = try judges(query.handler)
    let isForward = query.afterSequence > 0
    var (low, high) = (query.afterSequence, query.beforeSequence ?? .max)
    var sequences: [Int64] = []
    while sequences.count < query.limit {
      let rows = try session.execute(
        isForward ? Self.ascending : Self.descending,
        [
          .int8(low), .int8(high), .int8(query.sinceMilliseconds ?? .min), .int2(Self.code(query.state)),
          .int8s(judges.map(\.id)), .int8(judges.map(\.cursor).min() ?? .max),
        ],
        timeout: Self.timeout
      )
      for row in 0..<rows.rowCount where sequences.count < query.limit {
        let sequence = try rows.int(row, 0)
        if isForward { low = sequence } else { high = sequence }
        if let type = query.type, !type.matches(try rows.string(row, 1)) { continue }
        if let state = query.state, try deliveries(sequence, judges).state != state { continue }
        sequences.append(sequence)
      }
      if rows.rowCount < 500 { break }
    }
    // One by one: no two payloads are in memory at once.
    return try sequences.sorted().compactMap { try archived($0).map(ListedEvent.init) }
  }

  private static func code(_ state: EventQuery.State?) -> Int16 {
    switch state {
    case .pending: 0
    case .dead: 2
    case .delivered: 3
    case nil: -1
    }
  }

  /// The event with what every attached handler did with it.
  private func archived(_ sequence: Int64) throws -> ArchivedEvent? {
    guard let event = try LedgerQueries.event(sequence: sequence, session) else { return nil }
    let (deliveries, state) = try deliveries(sequence, handlers.filter(\.isAttached))
    return ArchivedEvent(event: event, state: state, deliveries: deliveries)
  }

  private static let rows = PostgreSQLStatement(
    "deliveries_of",
    "SELECT \(DeferredRow.columns), d.handler FROM deferred d WHERE d.seq = $1::bigint"
  )

  private func deliveries(
    _ sequence: Int64,
    _ judges: [Handler]
  ) throws -> (deliveries: [ArchivedEvent.Delivery], state: EventQuery.State) {
    let found = try session.execute(Self.rows, [.int8(sequence)], timeout: Self.timeout)
    var rows: [Int64: DeferredDelivery] = [:]
    for row in 0..<found.rowCount {
      rows[try found.int(row, DeferredRow.columnCount)] = try DeferredRow.delivery(found, row, at: 0)
    }
    let deliveries = judges.map { handler in
      ArchivedEvent.Delivery(
        handler: handler.name,
        sequence: sequence,
        cursor: handler.cursor,
        deferred: rows[handler.id]
      )
    }
    return (deliveries, EventQuery.State(of: deliveries))
  }

  private static let find = PostgreSQLStatement(
    "find_event",
    """
    SELECT seq FROM event WHERE payload IS NOT NULL AND event_id = $2::bytea AND fp = ANY($1::uuid[])
    UNION ALL
    SELECT seq FROM event WHERE payload IS NOT NULL AND event_id = $2::bytea AND fp IS NULL
    ORDER BY seq
    """
  )

  /// Looks an id up among those that are remembered, in every scope, and among those that were forgotten.
  func find(eventID: String, ids: [Fingerprint]) throws -> [ArchivedEvent] {
    let rows = try session.execute(
      Self.find,
      [.uuids(ids.map { ($0.high, $0.low) }), .string(eventID)],
      timeout: Self.timeout
    )
    return try (0..<rows.rowCount).compactMap { try archived(rows.int($0, 0)) }
  }
}

// MARK: - Figures and dead letters

extension ArchiveQueries {
  private static let counting = PostgreSQLStatement(
    "counts",
    """
    WITH judge AS (SELECT id, cursor FROM handler WHERE id = ANY($1::bigint[])),
    kept AS (SELECT seq FROM event WHERE payload IS NOT NULL),
    dead AS (SELECT DISTINCT d.seq FROM deferred d JOIN judge j ON j.id = d.handler JOIN kept k ON k.seq = d.seq
      WHERE d.state = 2)
    SELECT
      (SELECT count(*) FROM kept),
      (SELECT count(*) FROM dead),
      (SELECT count(*) FROM kept e
        WHERE (e.seq > (SELECT min(cursor) FROM judge)
          OR e.seq IN (SELECT seq FROM deferred d JOIN judge j ON j.id = d.handler WHERE d.state < 2))
        AND e.seq NOT IN (SELECT seq FROM dead)
        AND EXISTS (
          SELECT 1 FROM judge h LEFT JOIN deferred d ON d.seq = e.seq AND d.handler = h.id
          WHERE CASE WHEN d.state IS NULL THEN e.seq > h.cursor ELSE d.state < 2 END))
    """
  )

  func counts(handler: String?) throws -> EventCounts {
    let judges = try judges(handler)
    let row = try session.execute(Self.counting, [.int8s(judges.map(\.id))], timeout: Self.timeout)
    let (stored, dead, pending) = (Int(try row.int(0, 0)), Int(try row.int(0, 1)), Int(try row.int(0, 2)))
    return EventCounts(pending: pending, delivered: stored - dead - pending, dead: dead)
  }

  private static let dead = PostgreSQLStatement(
    "dead_letters",
    """
    SELECT \(EventRow.summaryColumns), \(DeferredRow.columns), d.handler
    FROM deferred d JOIN event e ON e.seq = d.seq
    WHERE d.state = 2 AND d.handler = ANY($1::bigint[]) ORDER BY d.seq, d.handler LIMIT $2::bigint
    """
  )

  func deadLetters(
    handler: String?,
    limit: Int
  ) throws -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)] {
    let judges = handler == nil ? handlers : try judges(handler)
    let names = Dictionary(uniqueKeysWithValues: judges.map { ($0.id, $0.name) })
    let rows = try session.execute(
      Self.dead,
      [.int8s(judges.map(\.id)), .int8(Int64(limit))],
      timeout: Self.timeout
    )
    return try (0..<rows.rowCount).map { row in
      let offset = EventRow.summaryColumnCount
      return (
        names[try rows.int(row, offset + DeferredRow.columnCount)] ?? "",
        try DeferredRow.delivery(rows, row, at: offset), try EventRow.summary(rows, row)
      )
    }
  }
}

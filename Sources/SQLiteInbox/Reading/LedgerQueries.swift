internal import GRDB
internal import LinqhookInbox

/// What delivery reads.
enum LedgerQueries {
  static func events(
    after sequence: Int64,
    limit: Int,
    maxBytes: Int,
    db: Database
  ) throws -> [StoredEvent] {
    let statement = try db.cachedStatement(
      sql: "SELECT \(StoredEventRow.columns) FROM event e WHERE e.sequence > ? ORDER BY e.sequence LIMIT ?"
    )
    let rows = try Row.fetchCursor(statement, arguments: [sequence, limit])
    var events: [StoredEvent] = []
    var room = maxBytes
    while room > 0, let row = try rows.next() {
      let event = try StoredEventRow.event(in: row)
      events.append(event)
      room -= event.payload.count
    }
    return events
  }

  static func event(sequence: Int64, db: Database) throws -> StoredEvent? {
    let statement = try db.cachedStatement(
      sql: "SELECT \(StoredEventRow.columns) FROM event e WHERE e.sequence = ?"
    )
    return try Row.fetchOne(statement, arguments: [sequence]).map(StoredEventRow.event(in:))
  }

  static func sequencesWithRows(handler: String, after sequence: Int64, db: Database) throws -> [Int64] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT sequence FROM deferred
        WHERE handler = (SELECT id FROM handler WHERE name = ?) AND sequence > ? ORDER BY sequence
        """
    )
    return try Int64.fetchAll(statement, arguments: [handler, sequence])
  }

  /// SQLite takes the columns that are beside a lone `min` from the row that has the minimum: here the due
  /// time of the lane's first delivery.
  static func handlers(_ db: Database) throws -> [KnownHandler] {
    let sql = "SELECT name, is_attached, \(try Schema.pauseColumn(db)) FROM handler ORDER BY id"
    return try Row.fetchAll(db, sql: sql).map {
      KnownHandler(handler: $0[0], isAttached: $0[1], isPaused: $0[2])
    }
  }

  static func heldLanes(handler: String, db: Database) throws -> [HeldLane] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT lane, due_at, count(*), min(sequence) FROM deferred
        WHERE handler = (SELECT id FROM handler WHERE name = ?) AND state < 2
        GROUP BY lane ORDER BY due_at, min(sequence)
        """
    )
    return try Row.fetchAll(statement, arguments: [handler]).map { row in
      HeldLane(lane: row[0], dueAtMilliseconds: row[1], count: row[2], firstSequence: row[3])
    }
  }

  static func deferred(
    handler: String,
    lane: String,
    limit: Int,
    db: Database
  ) throws -> [(delivery: DeferredDelivery, event: StoredEvent)] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(StoredEventRow.columns), \(DeferredRow.columns), d.outbox
        FROM deferred d JOIN event e ON e.sequence = d.sequence
        WHERE d.handler = (SELECT id FROM handler WHERE name = ?) AND d.lane = ? AND d.state < 2
        ORDER BY d.sequence LIMIT ?
        """
    )
    return try Row.fetchAll(statement, arguments: [handler, lane, limit]).map { row in
      let offset = StoredEventRow.columnCount
      var delivery = DeferredRow.delivery(in: row, at: offset)
      let outbox = try row.optionalBytes(at: offset + DeferredRow.columnCount)
      delivery.outbox = outbox?.isEmpty == false ? outbox : nil
      return (delivery, try StoredEventRow.event(in: row))
    }
  }
}

/// How a deferred delivery is read from its row, without its outbox.
enum DeferredRow {
  static let columns = """
    d.sequence, d.state, d.lane, d.attempts, d.first_attempt_at, d.due_at, d.last_error
    """

  static let columnCount = 7

  /// The delivery of a row that has `columns` from this position on.
  static func delivery(in row: Row, at offset: Int) -> DeferredDelivery {
    DeferredDelivery(
      sequence: row[offset],
      state: Schema.state(row[offset + 1]),
      lane: row[offset + 2],
      attempts: row[offset + 3],
      firstAttemptAtMilliseconds: row[offset + 4],
      dueAtMilliseconds: row[offset + 5],
      lastError: row[offset + 6]
    )
  }
}

internal import LinqhookInbox
internal import PostgreSQL

// What delivery records.

extension PostgresCore {
  private static let record = PostgreSQLStatement(
    "record",
    """
    SELECT record_progress($1::bytea, $2::bigint, $3::bytea, $4::bigint[], $5::bigint[], $6::smallint[], $7::bytea[],
      $8::bigint[], $9::bigint[], $10::bigint[], $11::bytea[], $12::bytea[])
    """
  )

  /// Writes one step; gives the reason where the handler is unknown. Never throws for that: other records of the same
  /// transaction are not to blame.
  func record(_ record: ProgressRecord, _ session: PostgreSQLSession) throws -> InboxError? {
    let rows = record.deferred
    let result = try session.execute(
      Self.record,
      [
        .string(record.handler), .int8(record.cursor), .data(record.checkpoint), .int8s(record.removed),
        .int8s(rows.map(\.sequence)), .int2s(rows.map { DeferredRow.code($0.state) }),
        .byteses(rows.map { Array($0.lane.utf8) }), .int8s(rows.map { Int64($0.attempts) }),
        .int8s(rows.map(\.firstAttemptAtMilliseconds)), .int8s(rows.map(\.dueAtMilliseconds)),
        .byteses(rows.map { $0.lastError.map { Array($0.utf8) } }),
        .byteses(rows.map { $0.state.isSettled ? nil : $0.outbox }),
      ],
      timeout: storage.answerWithin
    )
    return try result.bool(0, 0) ? nil : .unknownHandler(record.handler)
  }

  private static let pending = PostgreSQLStatement(
    "pending",
    "SELECT min(cursor), coalesce(sum(held), 0)::bigint FROM handler WHERE is_attached"
  )
  private static let dead = PostgreSQLStatement(
    "dead_counts",
    "SELECT name, dead FROM handler WHERE is_attached"
  )

  /// Counts again what waits, after records were written.
  func readPending(_ head: inout HeadState, _ session: PostgreSQLSession) throws {
    let row = try session.execute(Self.pending, timeout: storage.answerWithin)
    head.lowestCursor = try row.intIfPresent(0, 0)
    head.held = try row.int(0, 1)
    let counts = try session.execute(Self.dead, timeout: storage.answerWithin)
    var deadLetters: [String: Int] = [:]
    for index in 0..<counts.rowCount {
      deadLetters[try counts.string(index, 0)] = Int(try counts.int(index, 1))
    }
    board.update { $0.deadLetters = deadLetters }
  }
}

// MARK: - Handlers

extension PostgresCore {
  private static let detach = PostgreSQLStatement("detach", "UPDATE handler SET is_attached = false")
  private static let attach = PostgreSQLStatement(
    "attach",
    """
    INSERT INTO handler (name, cursor, is_attached) VALUES ($1::bytea, (SELECT last FROM head), true)
    ON CONFLICT (name) DO UPDATE SET is_attached = true
    """
  )
  /// Pruning waits for no handler that is away: its cursor passes over what is gone, and its figures are counted again.
  private static let catchUp = PostgreSQLStatement(
    "catch_up",
    """
    UPDATE handler h SET
      cursor = coalesce(
        (SELECT e.seq - 1 FROM event e WHERE e.seq > h.cursor AND e.payload IS NOT NULL ORDER BY e.seq LIMIT 1), h.cursor),
      held = (SELECT count(*) FROM deferred d WHERE d.handler = h.id AND d.state < 2),
      dead = (SELECT count(*) FROM deferred d WHERE d.handler = h.id AND d.state = 2)
    WHERE is_attached
    """
  )
  private static let progress = PostgreSQLStatement(
    "progress",
    "SELECT name, cursor, checkpoint, held, dead, is_paused FROM handler WHERE is_attached"
  )

  /// Gives each handler a cursor and marks exactly these as attached.
  mutating func attach(_ names: [String]) throws(InboxError) -> [HandlerProgress] {
    try commit { core, session in
      var head = try core.takeHead(session)
      _ = try session.execute(Self.detach, timeout: core.storage.answerWithin)
      for name in names {
        _ = try session.execute(Self.attach, [.string(name)], timeout: core.storage.answerWithin)
      }
      _ = try session.execute(Self.catchUp, timeout: core.storage.answerWithin)
      let rows = try session.execute(Self.progress, timeout: core.storage.answerWithin)
      var known: [String: HandlerProgress] = [:]
      for row in 0..<rows.rowCount {
        let name = try rows.string(row, 0)
        known[name] = HandlerProgress(
          handler: name,
          cursor: try rows.int(row, 1),
          checkpoint: try rows.bytesIfPresent(row, 2),
          deferredCount: Int(try rows.int(row, 3)),
          deadCount: Int(try rows.int(row, 4)),
          isPaused: try rows.bool(row, 5)
        )
      }
      try core.readPending(&head, session)
      core.publish(head)
      return names.compactMap { known[$0] }
    }
  }

  private static let rewind = PostgreSQLStatement(
    "rewind",
    "UPDATE handler SET cursor = least(cursor, greatest(0, $2::bigint)) WHERE name = $1::bytea"
  )
  private static let pause = PostgreSQLStatement(
    "pause",
    "UPDATE handler SET is_paused = $2::boolean WHERE name = $1::bytea"
  )
  private static let forget = PostgreSQLStatement(
    "forget",
    """
    WITH gone AS (DELETE FROM handler WHERE name = $1::bytea RETURNING id),
      rows AS (DELETE FROM deferred WHERE handler IN (SELECT id FROM gone))
    SELECT id FROM gone
    """
  )

  mutating func rewind(_ name: String, to sequence: Int64) throws(InboxError) {
    try change(name, Self.rewind, [.string(name), .int8(sequence)])
  }

  mutating func setPaused(_ name: String, _ isPaused: Bool) throws(InboxError) {
    try change(name, Self.pause, [.string(name), .bool(isPaused)])
  }

  mutating func forget(_ name: String) throws(InboxError) { try change(name, Self.forget, [.string(name)]) }

  private mutating func change(
    _ name: String,
    _ statement: PostgreSQLStatement,
    _ values: [PostgreSQLValue]
  ) throws(InboxError) {
    try commit { core, session in
      var head = try core.takeHead(session)
      let result = try session.execute(statement, values, timeout: core.storage.answerWithin)
      guard result.affectedRows > 0 || result.rowCount > 0 else { throw InboxError.unknownHandler(name) }
      try core.readPending(&head, session)
      core.publish(head)
    }
  }
}

internal import GRDB
internal import LinqhookInbox

/// Writes what delivery records.
enum ProgressRows {
  /// Writes one step; gives the reason where the handler is unknown. Never throws for that: other records of
  /// the same transaction are not to blame.
  static func apply(_ record: ProgressRecord, to storeState: inout StoreState, db: Database) throws
    -> InboxError?
  {
    guard var handler = storeState.handlers[record.handler] else {
      return .unknownHandler(record.handler)
    }
    for sequence in record.removed {
      count(try state(of: sequence, handler.id, db), -1, in: &handler)
      try db.cachedStatement(sql: "DELETE FROM deferred WHERE sequence = ? AND handler = ?")
        .execute(arguments: [sequence, handler.id])
      storeState.reconsider(sequence)
    }
    for delivery in record.deferred {
      count(try state(of: delivery.sequence, handler.id, db), -1, in: &handler)
      let isWritten = try write(delivery, handler.id, db)
      if isWritten { count(delivery.state, 1, in: &handler) }
      storeState.reconsider(delivery.sequence)
    }
    // A cursor never goes back, and never past the last event: that would settle what is yet to come.
    handler.cursor = max(handler.cursor, min(record.cursor, storeState.lastSequence))
    try db.cachedStatement(
      sql: "UPDATE handler SET cursor = ?, checkpoint = coalesce(?, checkpoint) WHERE id = ?"
    ).execute(arguments: [handler.cursor, bytesValue(record.checkpoint), handler.id])
    storeState.handlers[record.handler] = handler
    return nil
  }

  private static func state(
    of sequence: Int64,
    _ handler: Int64,
    _ db: Database
  ) throws -> DeferredDelivery.State? {
    let statement = try db.cachedStatement(
      sql: "SELECT state FROM deferred WHERE sequence = ? AND handler = ?"
    )
    return try Int.fetchOne(statement, arguments: [sequence, handler]).map(Schema.state)
  }

  /// Writes a row unless its event is gone: a delivery of nothing could never end. What was kept with the delivery stays
  /// unless the row says otherwise, for those who write rows have not always read it.
  private static func write(
    _ delivery: DeferredDelivery,
    _ handler: Int64,
    _ db: Database
  ) throws -> Bool {
    try db.cachedStatement(
      sql: """
        INSERT INTO deferred
        (sequence, handler, state, lane, attempts, first_attempt_at, due_at, last_error, outbox)
        SELECT sequence, ?, ?, ?, ?, ?, ?, ?, ? FROM event WHERE sequence = ?
        ON CONFLICT (sequence, handler) DO UPDATE SET
          state = excluded.state, lane = excluded.lane, attempts = excluded.attempts,
          first_attempt_at = excluded.first_attempt_at, due_at = excluded.due_at,
          last_error = excluded.last_error,
          outbox = CASE WHEN excluded.state > 2 THEN NULL ELSE coalesce(excluded.outbox, outbox) END
        """
    ).execute(arguments: [
      handler, Schema.code(delivery.state), delivery.lane, delivery.attempts,
      delivery.firstAttemptAtMilliseconds, delivery.dueAtMilliseconds, delivery.lastError,
      bytesValue(delivery.state.isSettled ? nil : delivery.outbox), delivery.sequence,
    ])
    return db.changesCount > 0
  }

  private static func count(
    _ state: DeferredDelivery.State?,
    _ change: Int,
    in handler: inout HandlerCounts.Handler
  ) {
    switch state {
    case .waiting, .retrying: handler.heldCount += change
    case .dead: handler.deadCount += change
    case .delivered, .skipped, nil: break
    }
  }

  /// Gives each handler a cursor and marks exactly these as attached.
  static func attach(_ names: [String], to storeState: inout StoreState, db: Database) throws
    -> [HandlerProgress]
  {
    try db.execute(sql: "UPDATE handler SET is_attached = 0")
    for name in names {
      try db.execute(
        sql: """
          INSERT INTO handler (name, cursor, is_attached) VALUES (?, ?, 1)
          ON CONFLICT (name) DO UPDATE SET is_attached = 1
          """,
        arguments: [name, storeState.lastSequence]
      )
    }
    // Pruning waits for no handler that is away: events that it has not had may be gone, and rows of its own. So its
    // cursor passes over what is gone, else that would count as pending, and its figures are counted again.
    try db.execute(
      sql: """
        UPDATE handler
        SET cursor = coalesce((SELECT min(sequence) - 1 FROM event WHERE sequence > cursor), cursor)
        WHERE is_attached
        """
    )
    storeState.handlers = try HandlerCounts.load(db)
    storeState.prunedThrough = 0
    return try names.compactMap { name in
      guard let handler = storeState.handlers[name] else { return nil }
      let row = try Row.fetchOne(
        db,
        sql: "SELECT checkpoint, is_paused FROM handler WHERE id = ?",
        arguments: [handler.id]
      )
      return HandlerProgress(
        handler: name,
        cursor: handler.cursor,
        checkpoint: try row?.optionalBytes(at: 0),
        deferredCount: handler.heldCount,
        deadCount: handler.deadCount,
        isPaused: row?[1] ?? false
      )
    }
  }

  static func rewind(_ name: String, to sequence: Int64, in storeState: inout StoreState, db: Database) throws
  {
    guard let handler = storeState.handlers[name] else { throw InboxError.unknownHandler(name) }
    let cursor = max(0, sequence)
    guard cursor < handler.cursor else { return }
    try db.execute(sql: "UPDATE handler SET cursor = ? WHERE id = ?", arguments: [cursor, handler.id])
    storeState.handlers[name]?.cursor = cursor
    storeState.prunedThrough = 0
  }

  static func setPaused(_ name: String, _ isPaused: Bool, in storeState: StoreState, db: Database) throws {
    guard let handler = storeState.handlers[name] else { throw InboxError.unknownHandler(name) }
    try db.execute(
      sql: "UPDATE handler SET is_paused = ? WHERE id = ?",
      arguments: [isPaused, handler.id]
    )
  }

  static func forget(_ name: String, in storeState: inout StoreState, db: Database) throws {
    guard let handler = storeState.handlers[name] else { throw InboxError.unknownHandler(name) }
    try db.execute(sql: "DELETE FROM deferred WHERE handler = ?", arguments: [handler.id])
    try db.execute(sql: "DELETE FROM handler WHERE id = ?", arguments: [handler.id])
    storeState.handlers[name] = nil
    storeState.prunedThrough = 0
  }
}

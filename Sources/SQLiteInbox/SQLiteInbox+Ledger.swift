internal import GRDB
public import LinqhookInbox

// Delivery's side: what it writes goes through the writer, what it reads through a connection of its own.

extension SQLiteInbox {
  /// Makes sure that each handler has a cursor.
  public func attach(_ handlers: [String]) async throws(InboxError) -> [HandlerProgress] {
    try await writer.perform { core throws(InboxError) in
      let progress = try core.commit { db, storeState in
        try ProgressRows.attach(handlers, to: &storeState, db: db)
      }
      core.publishFigures()
      return progress
    }
  }

  /// Takes a handler's cursor back.
  public func rewind(_ handler: String, to sequence: Int64) async throws(InboxError) {
    try await writer.perform { core throws(InboxError) in
      try core.commit { db, storeState in
        try ProgressRows.rewind(handler, to: sequence, in: &storeState, db: db)
      }
      core.publishFigures()
    }
  }

  /// Notes that a handler is paused, or not any more.
  public func setPaused(_ handler: String, _ isPaused: Bool) async throws(InboxError) {
    try await writer.perform { core throws(InboxError) in
      try core.commit { db, storeState in
        try ProgressRows.setPaused(handler, isPaused, in: storeState, db: db)
      }
    }
  }

  /// Forgets a handler, its backlog and its dead letters.
  public func forget(_ handler: String) async throws(InboxError) {
    try await writer.perform { core throws(InboxError) in
      try core.commit { db, storeState in try ProgressRows.forget(handler, in: &storeState, db: db) }
      core.publishFigures()
    }
  }

  /// Calls back after every commit with the events that it stored.
  public func subscribe(_ onCommit: @escaping @Sendable ([StoredEvent]) -> Void) {
    writer.subscribe(onCommit)
  }

  /// Events after a sequence, in order.
  public func events(
    after sequence: Int64,
    limit: Int,
    maxBytes: Int
  ) async throws(InboxError) -> [StoredEvent] {
    try await ledger.read { db in
      try LedgerQueries.events(after: sequence, limit: limit, maxBytes: max(1, maxBytes), db: db)
    }
  }

  /// One event.
  public func event(sequence: Int64) async throws(InboxError) -> StoredEvent? {
    try await ledger.read { db in try LedgerQueries.event(sequence: sequence, db: db) }
  }

  /// The sequences after this one that have a row.
  public func sequencesWithRows(handler: String, after sequence: Int64) async throws(InboxError) -> [Int64] {
    try await ledger.read { db in
      try LedgerQueries.sequencesWithRows(handler: handler, after: sequence, db: db)
    }
  }

  /// The lanes of a handler that hold deliveries, soonest due first.
  public func heldLanes(handler: String) async throws(InboxError) -> [HeldLane] {
    try await ledger.read { db in try LedgerQueries.heldLanes(handler: handler, db: db) }
  }

  /// The held deliveries of a lane with their events.
  public func deferred(
    handler: String,
    lane: String,
    limit: Int
  ) async throws(InboxError) -> [(delivery: DeferredDelivery, event: StoredEvent)] {
    try await ledger.read { db in
      try LedgerQueries.deferred(handler: handler, lane: lane, limit: limit, db: db)
    }
  }

  /// Writes a step forward with the next transaction.
  public func record(_ record: ProgressRecord, completion: @escaping @Sendable (InboxError?) -> Void) {
    let isOpen = writer.add(WriteBatch.Step(record: record, completion: completion))
    if !isOpen { completion(.closed) }
  }

  /// Lists events.
  public func list(_ query: EventQuery) async throws(InboxError) -> [ListedEvent] {
    try await archive.list(query)
  }

  /// Events with this id.
  public func find(eventID: String) async throws(InboxError) -> [ArchivedEvent] {
    try await archive.find(eventID: eventID)
  }

  /// The handlers that the inbox knows.
  public func handlers() async throws(InboxError) -> [KnownHandler] {
    try await ledger.read(LedgerQueries.handlers)
  }

  /// Counts the stored events by state.
  public func counts(handler: String?) async throws(InboxError) -> EventCounts {
    try await archive.counts(handler: handler)
  }

  /// The dead letters of a handler, or of all.
  public func deadLetters(
    handler: String?,
    limit: Int
  ) async throws(InboxError) -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)] {
    try await archive.deadLetters(handler: handler, limit: limit)
  }
}

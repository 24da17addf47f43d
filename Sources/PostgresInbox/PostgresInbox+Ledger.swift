public import LinqhookInbox
internal import PostgreSQL

// Delivery's side: what it writes goes through the writer, what it reads through sessions of their own.

extension PostgresInbox {
  /// Makes sure that each handler has a cursor.
  public func attach(_ handlers: [String]) async throws(InboxError) -> [HandlerProgress] {
    try await writer.perform { core throws(InboxError) in try core.attach(handlers) }
  }

  /// Takes a handler's cursor back.
  public func rewind(_ handler: String, to sequence: Int64) async throws(InboxError) {
    try await writer.perform { core throws(InboxError) in try core.rewind(handler, to: sequence) }
  }

  /// Notes that a handler is paused, or not any more.
  public func setPaused(_ handler: String, _ isPaused: Bool) async throws(InboxError) {
    try await writer.perform { core throws(InboxError) in try core.setPaused(handler, isPaused) }
  }

  /// Forgets a handler, its backlog and its dead letters.
  public func forget(_ handler: String) async throws(InboxError) {
    try await writer.perform { core throws(InboxError) in try core.forget(handler) }
  }

  /// Calls back with events that are visible, whoever stored them.
  public func subscribe(_ onCommit: @escaping @Sendable ([StoredEvent]) -> Void) { feed.subscribe(onCommit) }

  /// Events after a sequence, in order.
  public func events(
    after sequence: Int64,
    limit: Int,
    maxBytes: Int
  ) async throws(InboxError) -> [StoredEvent] {
    try await ledger.read { session in
      try LedgerQueries.events(after: sequence, limit: limit, maxBytes: maxBytes, session)
    }
  }

  /// One event.
  public func event(sequence: Int64) async throws(InboxError) -> StoredEvent? {
    try await ledger.read { session in try LedgerQueries.event(sequence: sequence, session) }
  }

  /// The sequences after this one that have a row.
  public func sequencesWithRows(handler: String, after sequence: Int64) async throws(InboxError) -> [Int64] {
    try await ledger.read { session in
      try LedgerQueries.sequencesWithRows(handler: handler, after: sequence, session)
    }
  }

  /// The lanes of a handler that hold deliveries, soonest due first.
  public func heldLanes(handler: String) async throws(InboxError) -> [HeldLane] {
    try await ledger.read { session in try LedgerQueries.heldLanes(handler: handler, session) }
  }

  /// The held deliveries of a lane with their events.
  public func deferred(
    handler: String,
    lane: String,
    limit: Int
  ) async throws(InboxError) -> [(delivery: DeferredDelivery, event: StoredEvent)] {
    try await ledger.read { session in
      try LedgerQueries.deferred(handler: handler, lane: lane, limit: limit, session)
    }
  }

  /// Writes a step forward with the next transaction.
  public func record(_ record: ProgressRecord, completion: @escaping @Sendable (InboxError?) -> Void) {
    let isOpen = writer.add(WriteBatch.Step(record: record, completion: completion))
    if !isOpen { completion(.closed) }
  }
}

// MARK: - Archive

extension PostgresInbox {
  /// Lists events.
  public func list(_ query: EventQuery) async throws(InboxError) -> [ListedEvent] {
    try await archive.read { session in try ArchiveQueries(session).list(query) }
  }

  /// Events with this id.
  public func find(eventID: String) async throws(InboxError) -> [ArchivedEvent] {
    let masks = try await writer.perform { core in core.masks }
    let id = key.fingerprint(of: eventID)
    return try await archive.read { session in
      try ArchiveQueries(session).find(eventID: eventID, ids: masks.map { id ^ $0 })
    }
  }

  /// The handlers that the inbox knows.
  public func handlers() async throws(InboxError) -> [KnownHandler] {
    try await ledger.read(LedgerQueries.handlers)
  }

  /// Counts the stored events by state.
  public func counts(handler: String?) async throws(InboxError) -> EventCounts {
    try await archive.read { session in try ArchiveQueries(session).counts(handler: handler) }
  }

  /// The dead letters of a handler, or of all.
  public func deadLetters(
    handler: String?,
    limit: Int
  ) async throws(InboxError) -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)] {
    try await archive.read { session in
      try ArchiveQueries(session).deadLetters(handler: handler, limit: limit)
    }
  }
}

import LinqhookInbox

// What is asked for is looked up first, for that may take long in a large archive: a drain or a reload must not wait for
// it. Only what follows has its turn among the changes.
extension Dispatcher {
  /// Hands an event to a handler again, whatever its filter says. One that waits for its retry goes now.
  ///
  /// Throws a `DispatcherError` for an unknown handler or event and for a handler that hangs, an `InboxError` when the
  /// inbox cannot be read.
  public func replay(sequence: Int64, handler: String) async throws -> ReplayOutcome {
    let (event, part) = try await lookup.delivery(sequence, handler: handler)
    return try await withPump(of: handler) { try await $0.replay(event, row: part?.deferred) }
  }

  /// Hands an event again to all handlers that want it, and returns what became of it for each.
  public func replay(sequence: Int64) async throws -> [(handler: String, outcome: ReplayOutcome)] {
    let (event, parts) = try await lookup.deliveries(sequence)
    return try await exclusively { try await self.replayToAll(event, parts) }.get()
  }

  private func replayToAll(
    _ event: StoredEvent,
    _ parts: [ArchivedEvent.Delivery]
  ) async throws -> [(handler: String, outcome: ReplayOutcome)] {
    try checkStarted()
    var outcomes: [(handler: String, outcome: ReplayOutcome)] = []
    for pump in activePumps.pumps where pump.registration.filter.wants(event) {
      let name = pump.registration.name
      let row = parts.first { $0.handler == name }?.deferred
      do throws(DispatcherError) {
        outcomes.append((name, try await pump.replay(event, row: row)))
      } catch {
        // What the others were asked for stands, so this is no error of the whole.
        guard error.code == .handlerHangs else { throw error }
        outcomes.append((name, .handlerHangs))
      }
    }
    return outcomes
  }

  /// Tries a dead letter again, with all attempts before it.
  ///
  /// Throws a `DispatcherError` when it is none or the handler hangs, an `InboxError` when the inbox cannot be read.
  public func retryDead(sequence: Int64, handler: String) async throws -> ReplayOutcome {
    let (event, row) = try await lookup.deadLetter(sequence, handler: handler)
    return try await withPump(of: handler) { try await $0.replay(event, row: row) }
  }

  /// Removes a dead letter; throws as `retryDead` does.
  public func dropDead(sequence: Int64, handler: String) async throws {
    _ = try await lookup.deadLetter(sequence, handler: handler)
    try await withPump(of: handler) { try await $0.dropDead(sequence) }
  }

  /// Pauses a handler, or lets it go on, for longer than this process: what is accepted waits for it in order.
  ///
  /// Throws a `DispatcherError` for an unknown handler, an `InboxError` when that cannot be noted.
  public func setPaused(_ isPaused: Bool, handler: String) async throws {
    let store = context.store
    try await withPump(of: handler) { pump in
      try await store.setPaused(handler, isPaused)
      await pump.setPaused(isPaused)
    }
  }

  /// Forgets a handler that is gone from the configuration, with its backlog and its dead letters.
  ///
  /// Throws a `DispatcherError` while it is configured or linqhook stops, an `InboxError` when the inbox does not
  /// know it or cannot be written.
  public func forget(handler: String) async throws {
    try await exclusively { try await self.forgetAlone(handler) }.get()
  }

  private func forgetAlone(_ handler: String) async throws {
    try checkStarted()
    guard !registrations.contains(where: { $0.name == handler }) else {
      throw DispatcherError.handlerConfigured(handler)
    }
    try await context.store.forget(handler)
  }

  private func checkStarted() throws(DispatcherError) {
    guard isStarted else {
      throw DispatcherError(
        .stopping,
        "Nothing was done because linqhook is stopping; ask again when it runs."
      )
    }
  }

  private func withPump<Result: Sendable>(
    of handler: String,
    _ body: @escaping @Sendable (any Pump) async throws -> Result
  ) async throws -> Result {
    try await exclusively { try await body(try await self.pump(handler)) }.get()
  }

  private func pump(_ handler: String) throws(DispatcherError) -> any Pump {
    try checkStarted()
    guard let pump = activePumps.pumps.first(where: { $0.registration.name == handler }) else {
      throw .unknownHandler(handler)
    }
    return pump
  }

  private var lookup: DeliveryLookup { DeliveryLookup(store: context.store) }
}

extension Dispatcher: DeliveryControl {
  /// Where each handler stands now.
  public nonisolated func handlerStatuses() -> [HandlerStatus] {
    statistics.map(HandlerStatus.init)
  }
}

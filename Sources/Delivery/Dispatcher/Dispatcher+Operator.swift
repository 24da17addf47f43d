import Inbox

extension Dispatcher {
  /// Hands an event to a handler again, whatever its filter says. One that waits for its retry goes now.
  ///
  /// Throws a `DispatcherError` for an unknown handler or event, an `InboxError` when the inbox cannot be
  /// read.
  public func replay(sequence: Int64, handler: String) async throws -> ReplayOutcome {
    try await exclusively {
      let pump = try await self.pump(handler)
      let (event, part) = try await self.lookup.delivery(sequence, handler: handler)
      return await pump.replay(event, row: part?.deferred)
    }.get()
  }

  /// Hands an event again to all handlers that want it, and returns what became of it for each.
  public func replay(sequence: Int64) async throws -> [(handler: String, outcome: ReplayOutcome)] {
    try await exclusively { try await self.replayToAll(sequence) }.get()
  }

  private func replayToAll(_ sequence: Int64) async throws -> [(handler: String, outcome: ReplayOutcome)] {
    try checkStarted()
    var outcomes: [(handler: String, outcome: ReplayOutcome)] = []
    for pump in roster.pumps {
      let name = pump.registration.name
      let (event, part) = try await lookup.delivery(sequence, handler: name)
      guard pump.registration.filter.wants(event) else { continue }
      outcomes.append((name, await pump.replay(event, row: part?.deferred)))
    }
    return outcomes
  }

  /// Tries a dead letter again, with all attempts before it.
  ///
  /// Throws a `DispatcherError` when it is none, an `InboxError` when the inbox cannot be read.
  public func retryDead(sequence: Int64, handler: String) async throws -> ReplayOutcome {
    try await exclusively {
      let pump = try await self.pump(handler)
      let (event, row) = try await self.lookup.deadLetter(sequence, handler: handler)
      return await pump.replay(event, row: row)
    }.get()
  }

  /// Removes a dead letter; throws as `retryDead` does.
  public func dropDead(sequence: Int64, handler: String) async throws {
    try await exclusively {
      let pump = try await self.pump(handler)
      _ = try await self.lookup.deadLetter(sequence, handler: handler)
      await pump.dropDead(sequence)
    }.get()
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

  private func pump(_ handler: String) throws(DispatcherError) -> any Pump {
    try checkStarted()
    guard let pump = roster.pumps.first(where: { $0.registration.name == handler }) else {
      throw .unknownHandler(handler)
    }
    return pump
  }

  private var lookup: DeliveryLookup { DeliveryLookup(store: context.store) }
}

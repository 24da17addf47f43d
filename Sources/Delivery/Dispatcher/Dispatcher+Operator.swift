import Inbox

extension Dispatcher {
  /// Hands an event to a handler again, whatever its filter says. One that waits for its retry goes now.
  ///
  /// Throws a `DispatcherError` for an unknown handler or event, an `InboxError` when the inbox cannot be
  /// read.
  public func replay(sequence: Int64, handler: String) async throws -> ReplayOutcome {
    let pump = try pump(handler)
    let (event, row) = try await delivery(sequence, handler: handler)
    return await pump.replay(event, row: row)
  }

  /// Hands an event again to all handlers that want it, and returns what became of it for each.
  public func replay(sequence: Int64) async throws -> [(handler: String, outcome: ReplayOutcome)] {
    var outcomes: [(handler: String, outcome: ReplayOutcome)] = []
    for pump in roster.pumps {
      let name = pump.registration.name
      let (event, row) = try await delivery(sequence, handler: name)
      guard pump.registration.filter.wants(event) else { continue }
      outcomes.append((name, await pump.replay(event, row: row)))
    }
    return outcomes
  }

  /// Tries a dead letter again, with all attempts before it.
  ///
  /// Throws a `DispatcherError` when it is none, an `InboxError` when the inbox cannot be read.
  public func retryDead(sequence: Int64, handler: String) async throws -> ReplayOutcome {
    let (event, row) = try await deadLetter(sequence, handler: handler)
    return try await pump(handler).replay(event, row: row)
  }

  /// Removes a dead letter; throws as `retryDead` does.
  public func dropDead(sequence: Int64, handler: String) async throws {
    _ = try await deadLetter(sequence, handler: handler)
    try await pump(handler).dropDead(sequence)
  }

  private func pump(_ handler: String) throws(DispatcherError) -> any Pump {
    guard let pump = roster.pumps.first(where: { $0.registration.name == handler }) else {
      throw DispatcherError(.unknownHandler, "There is no handler \"\(handler)\" in the configuration.")
    }
    return pump
  }

  private func delivery(
    _ sequence: Int64,
    handler: String
  ) async throws -> (event: StoredEvent, row: DeferredDelivery?) {
    guard let event = try await context.store.event(sequence: sequence) else {
      throw DispatcherError(
        .unknownEvent,
        "There is no event \(sequence) in the inbox; retention may have removed it."
      )
    }
    let archived = try await context.store.find(eventID: event.eventID)
    let deliveries = archived.first { $0.event.sequence == sequence }?.deliveries ?? []
    return (event, deliveries.first { $0.handler == handler }?.deferred)
  }

  private func deadLetter(
    _ sequence: Int64,
    handler: String
  ) async throws -> (event: StoredEvent, row: DeferredDelivery) {
    let (event, row) = try await delivery(sequence, handler: handler)
    guard let row, row.state == .dead else {
      throw DispatcherError(
        .notDead,
        "The event \(event.eventID) is no dead letter of the handler \"\(handler)\"."
      )
    }
    return (event, row)
  }
}

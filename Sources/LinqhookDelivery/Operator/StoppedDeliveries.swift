import LinqhookInbox

/// What an operator may do with deliveries while no dispatcher runs: requests become rows of the ledger, and the
/// next start finds them there.
public struct StoppedDeliveries: DeliveryControl {
  /// What has to be known of a handler to write a row for it.
  public struct Rule: Sendable {
    /// The handler's name.
    public var handler: String
    /// Which events it wants.
    public var filter: EventFilter
    /// What is kept in order.
    public var order: HandlerRegistration.Order

    /// The rule of the given parts.
    public init(handler: String, filter: EventFilter, order: HandlerRegistration.Order) {
      self.handler = handler
      self.filter = filter
      self.order = order
    }
  }

  private let store: any DeliveryStore
  private let rules: [Rule]

  /// Works on a store that no dispatcher has, by the rules of the handlers in the configuration.
  public init(store: any DeliveryStore, rules: [Rule]) {
    self.store = store
    self.rules = rules
  }

  /// Puts an event before a handler at the next start.
  public func replay(sequence: Int64, handler: String) async throws -> ReplayOutcome {
    try await queue(sequence, by: try rule(handler))
  }

  /// Puts an event before all handlers that want it at the next start.
  public func replay(sequence: Int64) async throws -> [(handler: String, outcome: ReplayOutcome)] {
    var outcomes: [(handler: String, outcome: ReplayOutcome)] = []
    for rule in rules {
      let (event, part) = try await lookup.delivery(sequence, handler: rule.handler)
      // One that has never run with this inbox begins behind all that is stored.
      guard rule.filter.wants(event), part != nil else { continue }
      outcomes.append((rule.handler, try await queue(sequence, by: rule)))
    }
    return outcomes
  }

  /// Makes a dead letter a delivery that waits for the next start.
  public func retryDead(sequence: Int64, handler: String) async throws -> ReplayOutcome {
    let rule = try rule(handler)
    _ = try await lookup.deadLetter(sequence, handler: handler)
    return try await queue(sequence, by: rule)
  }

  /// Removes a dead letter.
  public func dropDead(sequence: Int64, handler: String) async throws {
    _ = try await lookup.deadLetter(sequence, handler: handler)
    try await store.record(ProgressRecord(handler: handler, cursor: 0, removed: [sequence]))
  }

  /// Notes for the next start that a handler is paused, or not any more.
  public func setPaused(_ isPaused: Bool, handler: String) async throws {
    _ = try rule(handler)
    guard try await store.handlers().contains(where: { $0.handler == handler }) else {
      throw Self.neverRun(handler)
    }
    try await store.setPaused(handler, isPaused)
  }

  /// Forgets a handler that is gone from the configuration.
  public func forget(handler: String) async throws {
    guard !rules.contains(where: { $0.handler == handler }) else {
      throw DispatcherError.handlerConfigured(handler)
    }
    try await store.forget(handler)
  }

  /// What the store says of each handler; nothing for one that has never run with it.
  public func handlerStatuses() async throws -> [HandlerStatus] {
    let paused = try await store.handlers().filter(\.isPaused).map(\.handler)
    var handlerStatuses: [HandlerStatus] = []
    for rule in rules {
      let counts = try await counts(rule.handler)
      var status = HandlerStatus(
        handler: rule.handler,
        pendingEvents: counts.pending,
        deadLetters: counts.dead
      )
      status.isPaused = paused.contains(rule.handler)
      handlerStatuses.append(status)
    }
    return handlerStatuses
  }

  private func counts(_ handler: String) async throws(InboxError) -> EventCounts {
    do { return try await store.counts(handler: handler) } catch {
      if error.code == .notFound { return EventCounts() }
      throw error
    }
  }

  private static func neverRun(_ handler: String) -> DispatcherError {
    DispatcherError(
      .unknownHandler,
      "The handler \"\(handler)\" has never run with this inbox. Start the receiver, then ask again."
    )
  }

  private var lookup: DeliveryLookup { DeliveryLookup(store: store) }

  private func rule(_ handler: String) throws(DispatcherError) -> Rule {
    guard let rule = rules.first(where: { $0.handler == handler }) else { throw .unknownHandler(handler) }
    return rule
  }

  /// Writes the row. The cursor of a record never goes back, so 0 leaves it where it is.
  private func queue(_ sequence: Int64, by rule: Rule) async throws -> ReplayOutcome {
    let (event, part) = try await lookup.delivery(sequence, handler: rule.handler)
    guard let part else { throw Self.neverRun(rule.handler) }
    var row: DeferredDelivery
    switch part.deferred?.state {
    case .waiting, .retrying:
      guard let open = part.deferred, open.dueAtMilliseconds > 0 else { return .alreadyPending }
      row = open
      row.dueAtMilliseconds = 0
    case nil where part.state == .pending:
      return .alreadyPending
    case .dead, .delivered, .skipped, nil:
      let lane = LaneKey(of: event, order: rule.order)
      row = DeferredDelivery(sequence: sequence, state: .waiting, lane: lane.rowName)
      row.outbox = part.deferred.outboxToReplay
    }
    try await store.record(ProgressRecord(handler: rule.handler, cursor: 0, deferred: [row]))
    return .queued
  }
}

internal import LinqEvents
import LinqhookInbox

extension MemoryStore {
  mutating func attach(_ names: [String]) -> [HandlerProgress] {
    for index in handlers.indices { handlers[index].isAttached = names.contains(handlers[index].name) }
    for index in handlers.indices where handlers[index].isAttached {
      // What was pruned while the handler was away is owed to nobody.
      let next = events.first { $0.sequence > handlers[index].cursor }
      if let next { handlers[index].cursor = next.sequence - 1 }
    }
    for name in names where !handlers.contains(where: { $0.name == name }) {
      handlers.append(Handler(name: name, cursor: statistics.lastSequence))
    }
    refreshStatistics()
    return names.compactMap { name in
      handlers.first { $0.name == name }.map { handler in
        HandlerProgress(
          handler: name,
          cursor: handler.cursor,
          checkpoint: handler.checkpoint,
          deferredCount: handler.held.count,
          deadCount: handler.deadCount,
          isPaused: handler.isPaused
        )
      }
    }
  }

  mutating func rewind(_ name: String, to sequence: Int64) throws(InboxError) {
    guard let index = handlers.firstIndex(where: { $0.name == name }) else { throw .unknownHandler(name) }
    handlers[index].cursor = min(handlers[index].cursor, max(0, sequence))
    refreshStatistics()
  }

  mutating func setPaused(_ name: String, _ isPaused: Bool) throws(InboxError) {
    guard let index = handlers.firstIndex(where: { $0.name == name }) else { throw .unknownHandler(name) }
    handlers[index].isPaused = isPaused
  }

  mutating func forget(_ name: String) throws(InboxError) {
    _ = try handler(name)
    handlers.removeAll { $0.name == name }
    refreshStatistics()
  }

  private func handler(_ name: String) throws(InboxError) -> Handler {
    guard let handler = handlers.first(where: { $0.name == name }) else { throw .unknownHandler(name) }
    return handler
  }

  mutating func apply(_ record: ProgressRecord) -> InboxError? {
    guard let index = handlers.firstIndex(where: { $0.name == record.handler }) else {
      return .unknownHandler(record.handler)
    }
    for sequence in record.removed { handlers[index].rows[sequence] = nil }
    for delivery in record.deferred where event(delivery.sequence) != nil {
      var row = delivery
      row.outbox = delivery.outbox ?? handlers[index].rows[delivery.sequence]?.outbox
      if row.outbox?.isEmpty == true || row.state.isSettled { row.outbox = nil }
      handlers[index].rows[delivery.sequence] = row
    }
    handlers[index].cursor = max(handlers[index].cursor, min(record.cursor, statistics.lastSequence))
    handlers[index].checkpoint = record.checkpoint ?? handlers[index].checkpoint
    refreshStatistics()
    return nil
  }

  func sequencesWithRows(_ name: String, after sequence: Int64) -> [Int64] {
    (handlers.first { $0.name == name }?.rows.keys.filter { $0 > sequence } ?? []).sorted()
  }

  func heldLanes(_ name: String) -> [HeldLane] {
    let held = handlers.first { $0.name == name }?.held ?? []
    let lanes = Dictionary(grouping: held, by: \.lane)
    return lanes.values
      .compactMap { deliveries in deliveries.first.map { (first: $0, count: deliveries.count) } }
      .sorted {
        ($0.first.dueAtMilliseconds, $0.first.sequence) < ($1.first.dueAtMilliseconds, $1.first.sequence)
      }
      .map { first, count in
        HeldLane(
          lane: first.lane,
          dueAtMilliseconds: first.dueAtMilliseconds,
          count: count,
          firstSequence: first.sequence
        )
      }
  }

  func deferred(
    _ name: String,
    lane: String,
    limit: Int
  ) -> [(delivery: DeferredDelivery, event: StoredEvent)] {
    let held = handlers.first { $0.name == name }?.held ?? []
    return held.filter { $0.lane == lane }.prefix(limit).compactMap { delivery in
      event(delivery.sequence).map { (delivery, $0) }
    }
  }

  func archived(_ event: StoredEvent) -> ArchivedEvent {
    let deliveries = deliveries(event, attached)
    return ArchivedEvent(event: event, state: EventQuery.State(of: deliveries), deliveries: deliveries)
  }

  private func deliveries(_ event: StoredEvent, _ judges: [Handler]) -> [ArchivedEvent.Delivery] {
    judges.map { handler in
      ArchivedEvent.Delivery(
        handler: handler.name,
        sequence: event.sequence,
        cursor: handler.cursor,
        deferred: handler.rows[event.sequence].map(withoutOutbox)
      )
    }
  }

  func list(_ query: EventQuery) throws(InboxError) -> [ListedEvent] {
    let judges: [Handler]
    if let name = query.handler { judges = [try handler(name)] } else { judges = attached }
    let matching = events.filter { event in
      event.sequence > query.afterSequence && event.sequence < query.beforeSequence ?? .max
        && event.receivedAtMilliseconds >= query.sinceMilliseconds ?? .min
        && query.type?.matches(event.envelope.eventType) ?? true
        && (query.state == nil || EventQuery.State(of: deliveries(event, judges)) == query.state)
    }
    let chosen = query.afterSequence > 0 ? matching.prefix(query.limit) : matching.suffix(query.limit)
    return chosen.map { ListedEvent(archived($0)) }
  }

  func deadLetters(
    _ name: String?,
    limit: Int
  ) throws(InboxError) -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)] {
    let judges: [Handler]
    if let name { judges = [try handler(name)] } else { judges = handlers }
    let dead = judges.enumerated().flatMap { order, handler in
      handler.rows.values.filter { $0.state == .dead }.map { (order, handler.name, $0) }
    }
    return dead.sorted { ($0.2.sequence, $0.0) < ($1.2.sequence, $1.0) }.prefix(limit).compactMap { item in
      event(item.2.sequence).map { (item.1, withoutOutbox(item.2), EventSummary($0)) }
    }
  }
}

/// A row as it is read with anything but a lane.
private func withoutOutbox(_ delivery: DeferredDelivery) -> DeferredDelivery {
  var delivery = delivery
  delivery.outbox = nil
  return delivery
}

import LinqhookInbox

/// Finds what the store knows of one event's delivery to one handler.
struct DeliveryLookup {
  let store: any DeliveryStore

  /// An event and the handler's part in it; nil where the store has never seen the handler at work.
  func delivery(
    _ sequence: Int64,
    handler: String
  ) async throws -> (event: StoredEvent, part: ArchivedEvent.Delivery?) {
    let (event, parts) = try await deliveries(sequence)
    return (event, parts.first { $0.handler == handler })
  }

  /// An event and every handler's part in it.
  func deliveries(_ sequence: Int64) async throws -> (event: StoredEvent, parts: [ArchivedEvent.Delivery]) {
    guard let event = try await store.event(sequence: sequence) else {
      throw DispatcherError(
        .unknownEvent,
        "There is no event \(sequence) in the inbox; retention may have removed it."
      )
    }
    let archived = try await store.find(eventID: event.eventID)
    return (event, archived.first { $0.event.sequence == sequence }?.deliveries ?? [])
  }

  /// A dead letter and its row.
  func deadLetter(
    _ sequence: Int64,
    handler: String
  ) async throws -> (event: StoredEvent, row: DeferredDelivery) {
    let (event, part) = try await delivery(sequence, handler: handler)
    guard let row = part?.deferred, row.state == .dead else {
      throw DispatcherError(
        .notDead,
        "The event \(event.eventID) is no dead letter of the handler \"\(handler)\"."
      )
    }
    return (event, row)
  }
}

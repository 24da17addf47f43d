import LinqhookInbox

// A handler keeps bytes with the delivery in its hands. From then on the delivery has a row, and the cursor may pass it:
// after a kill only the row brings it back, with its outbox.
extension LanePump: OutboxKeeper {
  func keep(_ outbox: [UInt8], for attempt: DeliveryAttempt) async throws {
    let sequence = attempt.event.sequence
    let startedAt = clock.wallMilliseconds
    guard phase != .stopped,
      let (key, delivery) = lanes.giveRow(attempt.slot, sequence: sequence, startedAtMilliseconds: startedAt)
    else { throw DispatcherError.attemptOver }
    var row = delivery.openRow(lane: key)
    row.outbox = outbox
    tracker.settle(sequence)
    let record = writer.stage(cursor: tracker.cursor, rows: [row])
    watchLaggards()
    try await writer.waiters.wait(for: record)
    // Only now: an attempt must not be shown what may not be on disk.
    lanes.noteKept(outbox.isEmpty ? nil : outbox, in: attempt.slot, sequence: sequence)
  }
}

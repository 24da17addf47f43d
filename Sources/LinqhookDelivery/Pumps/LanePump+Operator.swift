import LinqhookInbox

// What the operator asks for.
extension LanePump {
  func replay(_ event: StoredEvent, row: DeferredDelivery?) -> ReplayOutcome {
    let open = row.flatMap { $0.state == .waiting || $0.state == .retrying ? $0 : nil }
    let key = open.map { LaneKey(rowName: $0.lane) } ?? LaneKey(of: event, order: registration.order)
    guard phase == .delivering, event.sequence <= admittedSequence,
      !lanes.holdsInMemory(event.sequence, key: key)
    else { return .alreadyPending }

    // What waits for its retry keeps its attempts and goes now; all else begins with the first.
    let delivery = open.map { PendingDelivery($0, event: event) } ?? PendingDelivery(event: event)
    var staged = delivery.openRow(lane: key)
    if open == nil { staged.outbox = row.outboxToReplay }
    let record = writer.stage(rows: [staged])
    // An open row is counted already. Counting it again is repaired when the lane turns out to be empty;
    // not counting one that was delivered meanwhile would leave it behind.
    lanes.pendingCount += 1
    lanes.park(in: key, receivedAtMilliseconds: event.receivedAtMilliseconds, record: record)
    if let slot = lanes.slot(of: key), case .held = lanes.lanes[slot].stage {
      lanes.readHeld(slot, afterRecord: record)
      lanes.release(key)
    }
    metrics.update { $0.pendingEvents = pendingCount }
    loadsWanted.yield()
    return .queued
  }

  func setPaused(_ isPaused: Bool) {
    self.isPaused = isPaused
    metrics.update { $0.isPaused = isPaused }
    guard !isPaused else { return }
    feed.wake()
    ring()
  }

  func dropDead(_ sequence: Int64) {
    writer.stage(removed: [sequence])
  }

  /// Its handler runs elsewhere, and cannot hold it up.
  nonisolated func checkAnswers() {}
}

import DequeModule
import LinqhookInbox
import Logging

// What comes in: new events from the feed, rows from the ledger.
extension LanePump {
  /// Rows of one read. Few, for a row's payload may be as large as a request body.
  private static let maxRows = 32
  /// The pause after the store could not be read.
  private static let readPause = Duration.seconds(1)

  func takeInEvents() async {
    for await _ in feed.arrivals {
      while phase == .delivering, await takeInSome() {}
    }
  }

  /// Takes events in; false when there are none, or no room for them.
  private func takeInSome() async -> Bool {
    // What came in would only fill the memory, and then the ledger with rows.
    guard !isPaused else { return false }
    if taken.isEmpty {
      isIntakeStalled = lanes.weightFree <= 0
      guard !isIntakeStalled else { return false }
      do throws(InboxError) {
        taken = Deque(try await feed.next(maxWeight: lanes.weightFree))
      } catch {
        return await pause(after: error)
      }
    }
    guard let first = taken.first else { return false }
    admitTaken()
    updateOldest(candidate: first.receivedAtMilliseconds)
    wakeWorker()
    return taken.isEmpty
  }

  private func admitTaken() {
    var filtered = 0
    while let event = taken.first {
      tracker.admit(event.sequence)
      let hasRow = rowsAhead.remove(event.sequence) != nil
      if !registration.filter.wants(event) {
        filtered += 1
        tracker.settle(event.sequence)
      } else if hasRow {
        tracker.settle(event.sequence)
      } else if !admit(event) {
        break
      }
      taken.removeFirst()
      admittedSequence = event.sequence
    }
    wakeLoader()
    watchLaggards()
    writer.stage(cursor: tracker.cursor)
    metrics.update {
      $0.filtered += filtered
      $0.pendingEvents = pendingCount
    }
  }

  private func admit(_ event: StoredEvent) -> Bool {
    let key = LaneKey(of: event, order: registration.order)
    let admission = lanes.admit(PendingDelivery(event: event), to: key) { parking.take(now: clock.now) }
    switch admission {
    case .queued: parking.endStall()
    case .parked: park(event, in: key)
    case .refused:
      if let next = parking.nextAt { arm(at: next) }
      return false
    }
    return true
  }

  private func park(_ event: StoredEvent, in key: LaneKey) {
    let record = writer.stage(rows: [PendingDelivery(event: event).openRow(lane: key)])
    if !rowsAhead.isEmpty { recordAhead = record }
    lanes.park(in: key, receivedAtMilliseconds: event.receivedAtMilliseconds, record: record)
    tracker.settle(event.sequence)
  }

  /// Goes on with what was taken when its lane has room again, and with intake when a quarter of all room is
  /// free: reading a store for one event is wasteful.
  func resumeIntake() {
    if let event = taken.first {
      if lanes.mayQueue(in: LaneKey(of: event, order: registration.order)) { feed.wake() }
    } else if isIntakeStalled, lanes.weightFree >= LaneTable.maxWeight / 4 {
      feed.wake()
    }
  }

  func readRows() async {
    for await _ in loads {
      while mayRead, let (slot, key) = lanes.startLoading() {
        let committed = lanes.committedRecord
        do throws(InboxError) {
          let rows = try await context.store.deferred(
            handler: registration.name,
            lane: key.rowName,
            limit: Self.maxRows
          )
          let now = clock.now
          lanes.loaded(
            slot,
            rows: rows.map {
              (PendingDelivery($0.delivery, event: $0.event), due(of: $0.delivery, now: now))
            },
            committedRecord: committed,
            now: now
          )
          metrics.update { $0.pendingEvents = pendingCount }
          armForHolds()
          wakeWorker()
          // A lane of which nothing was left takes events again.
          resumeIntake()
        } catch {
          lanes.loadingFailed(slot)
          guard await pause(after: error) else { return }
        }
      }
    }
  }

  /// Has the loader look whether it may read, where a lane waits to be read.
  func wakeLoader() {
    if !lanes.unread.isEmpty { loadsWanted.yield() }
  }

  // While the target fails, one lane of each kind to probe with is enough. And a row ahead of what the feed has brought
  // would overtake older events of its lane that have none yet.
  private var mayRead: Bool {
    guard phase == .delivering, !isPaused, lanes.weightFree > 0 else { return false }
    guard rowsAhead.isEmpty, lanes.committedRecord >= recordAhead else { return false }
    return watch.failing == nil || lanes.lacksReady
  }

  /// When a row is due on this clock. No row waits longer than the policy's longest pause, whatever became of
  /// the wall clock since it was written.
  func due(of delivery: DeferredDelivery, now: Duration) -> Duration {
    due(atMilliseconds: delivery.dueAtMilliseconds, now: now)
  }

  private func due(atMilliseconds: Int64, now: Duration) -> Duration {
    let wait = Duration.milliseconds(atMilliseconds - clock.wallMilliseconds(at: now))
    return now + min(max(wait, .zero), registration.retry.longestPause)
  }

  func restoreHeldLanes() async throws(InboxError) {
    rowsAhead = Set(
      try await context.store.sequencesWithRows(handler: registration.name, after: tracker.cursor)
    )
    let held = try await context.store.heldLanes(handler: registration.name)
    guard !held.isEmpty else { return }
    // The ledger does not say how old each lane is; none is older than the oldest of all.
    let first = held.map(\.firstSequence).min() ?? 0
    let oldest = try await context.store.event(sequence: first)?.receivedAtMilliseconds
    let now = clock.now
    for lane in held {
      lanes.restore(
        LaneKey(rowName: lane.lane),
        count: lane.count,
        until: due(atMilliseconds: lane.dueAtMilliseconds, now: now),
        oldestAtMilliseconds: oldest
      )
    }
    metrics.update {
      $0.pendingEvents = pendingCount
      $0.oldestPendingAtMilliseconds = oldest
    }
  }

  private func pause(after error: InboxError) async -> Bool {
    context.logger.error(
      "could not read the inbox; delivery waits",
      metadata: ["handler": "\(registration.name)", "error": "\(error)"]
    )
    guard error.code != .closed else { return false }
    return (try? await clock.sleep(for: Self.readPause)) != nil && phase == .delivering
  }
}

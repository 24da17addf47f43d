import Inbox
import Logging

// What comes in: new events from the feed, rows from the ledger.
extension LanePump {
  /// Rows of one read. Few, for a row's payload may be as large as a request body.
  private static let rowsMax = 32
  /// The pause after the store could not be read.
  private static let readPause = Duration.seconds(1)

  func takeInEvents() async {
    for await _ in feed.arrivals {
      while phase == .delivering, lanes.weightFree > 0 {
        do throws(InboxError) {
          let events = try await feed.next(weightMax: lanes.weightFree)
          if events.isEmpty { break }
          admit(events)
        } catch {
          guard await pause(after: error) else { return }
        }
      }
      isIntakeStalled = lanes.weightFree <= 0
    }
  }

  private func admit(_ events: [StoredEvent]) {
    var filtered = 0
    for event in events {
      tracker.admit(event.sequence)
      guard registration.filter.wants(event) else {
        filtered += 1
        tracker.settle(event.sequence)
        continue
      }
      let key = LaneKey(of: event, order: registration.order)
      if !lanes.admit(PendingDelivery(event: event), to: key) { park(event, in: key) }
    }
    writer.stage(cursor: tracker.cursor)
    gauge.update {
      $0.filtered += filtered
      $0.pendingEvents = lanes.pendingCount
    }
    updateOldest(candidate: events.first?.receivedAtMilliseconds)
    wakeWorker()
  }

  private func park(_ event: StoredEvent, in key: LaneKey) {
    let record = writer.stage(rows: [PendingDelivery(event: event).openRow(lane: key)])
    lanes.park(in: key, receivedAtMilliseconds: event.receivedAtMilliseconds, record: record)
    tracker.settle(event.sequence)
  }

  /// Goes on with intake when a quarter of the room is free: reading a store for one event is wasteful.
  func resumeIntake() {
    guard isIntakeStalled, lanes.weightFree >= LaneTable.weightMax / 4 else { return }
    isIntakeStalled = false
    feed.wake()
  }

  func readRows() async {
    for await _ in loads {
      while mayRead, let (slot, key) = lanes.startLoading() {
        let committed = lanes.committedRecord
        do throws(InboxError) {
          let rows = try await context.store.deferred(
            handler: registration.name,
            lane: key.rowName,
            limit: Self.rowsMax
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
          gauge.update { $0.pendingEvents = lanes.pendingCount }
          armForHolds()
          wakeWorker()
        } catch {
          lanes.loadingFailed(slot)
          guard await pause(after: error) else { return }
        }
      }
    }
  }

  // While the target fails, one lane to probe with is enough.
  private var mayRead: Bool {
    guard phase == .delivering, lanes.weightFree > 0 else { return false }
    return watch.failing == nil || !lanes.hasReady
  }

  /// When a row is due on this clock. No row waits longer than the policy's longest pause, whatever became of
  /// the wall clock since it was written.
  func due(of delivery: DeferredDelivery, now: Duration) -> Duration {
    due(atMilliseconds: delivery.dueAtMilliseconds, now: now)
  }

  private func due(atMilliseconds: Int64, now: Duration) -> Duration {
    let wait = Duration.milliseconds(atMilliseconds - clock.wallMilliseconds(at: now))
    let longest = Duration.seconds(registration.retry.longestPauseSeconds)
    return now + min(max(wait, .zero), longest)
  }

  func restoreHeldLanes() async throws(InboxError) {
    let held = try await context.store.heldLanes(handler: registration.name)
    guard !held.isEmpty else { return }
    // The ledger does not say how old a lane's rows are; no one is older than the oldest pending event.
    let query = EventQuery(state: .pending, handler: registration.name, afterSequence: 0, limit: 1)
    let oldest = try await context.store.list(query).first?.event.receivedAtMilliseconds
    let now = clock.now
    for lane in held {
      lanes.restore(
        LaneKey(rowName: lane.lane),
        count: lane.count,
        until: due(atMilliseconds: lane.dueAtMilliseconds, now: now),
        oldestAtMilliseconds: oldest
      )
    }
    gauge.update {
      $0.pendingEvents = lanes.pendingCount
      $0.oldestPendingAtMilliseconds = oldest
    }
  }

  private func pause(after error: InboxError) async -> Bool {
    context.logger.error(
      "the inbox could not be read; delivery waits",
      metadata: ["handler": "\(registration.name)", "error": "\(error)"]
    )
    guard error.code != .closed else { return false }
    return (try? await clock.sleep(for: Self.readPause)) != nil && phase == .delivering
  }
}

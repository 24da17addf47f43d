import DequeModule
import HeapModule
import LinqhookInbox

// The part of a lane that is in the ledger.
extension LaneTable {
  /// A lane as the ledger has it after a restart.
  mutating func restore(_ key: LaneKey, count: Int, until: Duration, oldestAtMilliseconds: Int64?) {
    let slot = newLane(key, stage: .held(until: until))
    lanes[slot].unreadRows = count
    lanes[slot].oldestUnreadAtMilliseconds = oldestAtMilliseconds
    pendingCount += count
    wait(slot, until: until)
  }

  /// When the next held lane is due.
  mutating func nextHold() -> Duration? {
    while let hold = holds.min {
      if isCurrent(hold) { return hold.until }
      holds.removeMin()
    }
    return nil
  }

  /// Lets go of lanes that are due.
  mutating func releaseHolds(now: Duration) {
    while let hold = holds.min, hold.until <= now {
      holds.removeMin()
      if isCurrent(hold) { endHold(hold.slot) }
    }
  }

  /// Lets go of a lane at once, if it is held.
  mutating func release(_ key: LaneKey) {
    guard let slot = slot(of: key), case .held = lanes[slot].stage else { return }
    endHold(slot)
  }

  private mutating func endHold(_ slot: Int) {
    lanes[slot].hasWaited = true
    goOn(slot)
  }

  // A lane may have been released early, and its slot given to another one.
  private func isCurrent(_ hold: Hold) -> Bool { lanes[hold.slot].stage == .held(until: hold.until) }

  /// Makes a lane wait to be read until a record is committed.
  mutating func awaitRecord(_ record: Int, slot: Int) {
    lanes[slot].stage = .unread
    lanes[slot].readAfterRecord = record
    if record <= committedRecord {
      unread.append(slot, wasTried: lanes[slot].hasWaited)
    } else {
      uncommitted.append(slot)
    }
  }

  /// Everything up to this record is on disk.
  mutating func recordCommitted(_ record: Int) {
    committedRecord = record
    guard !uncommitted.isEmpty else { return }
    let waiting = uncommitted
    uncommitted = []
    for slot in waiting { awaitRecord(lanes[slot].readAfterRecord, slot: slot) }
  }

  /// The next lane whose rows are to be read.
  mutating func startLoading() -> (slot: Int, key: LaneKey)? {
    guard let slot = unread.popFirst() else { return nil }
    lanes[slot].stage = .loading
    return (slot, lanes[slot].key)
  }

  /// The rows could not be read; the lane waits for another try.
  mutating func loadingFailed(_ slot: Int) { awaitRecord(lanes[slot].readAfterRecord, slot: slot) }

  /// Takes the rows of a lane that were read when everything up to `committedRecord` was on disk. Those that
  /// are not due yet stay where they are; the first of them holds the lane.
  mutating func loaded(
    _ slot: Int,
    rows: [(delivery: PendingDelivery, due: Duration)],
    committedRecord: Int,
    now: Duration
  ) {
    guard let first = rows.first else { return foundNothing(slot, committedRecord: committedRecord) }
    // The first row of a lane that was held has waited long enough, even if the wall clock says otherwise.
    let hasWaited = lanes[slot].hasWaited
    lanes[slot].hasWaited = false
    guard hasWaited || first.due <= now else { return wait(slot, until: first.due) }
    let firstSequence = first.delivery.event.sequence
    let due = rows.prefix { $0.due <= now || $0.delivery.event.sequence == firstSequence }.map(\.delivery)
    // More rows than were counted can only come from a store that someone else wrote to.
    let surplus = max(due.count - lanes[slot].unreadRows, 0)
    pendingCount += surplus
    lanes[slot].unreadRows += surplus - due.count
    lanes[slot].oldestUnreadAtMilliseconds =
      lanes[slot].unreadRows > 0 ? due.last?.event.receivedAtMilliseconds : nil
    enqueue(due, slot: slot)
  }

  // Rows that were counted are not there. Either the last of them were parked after the read began: then they
  // will be there once their record is committed. Or they are gone: dropped by the operator, or pruned.
  private mutating func foundNothing(_ slot: Int, committedRecord: Int) {
    let parked = lanes[slot].parkedRecord
    guard parked <= committedRecord else { return awaitRecord(parked, slot: slot) }
    pendingCount -= lanes[slot].unreadRows
    lanes[slot].unreadRows = 0
    goOn(slot)
  }

  /// The rows to be written so that the cursor can pass everything up to a sequence.
  mutating func rowsForLaggards(upTo sequence: Int64) -> [DeferredDelivery] {
    var rows: [DeferredDelivery] = []
    for slot in lanes.indices {
      let key = lanes[slot].key
      if let running = lanes[slot].running, !running.hasRow, running.event.sequence <= sequence {
        lanes[slot].running?.hasRow = true
        rows.append(running.openRow(lane: key))
      }
      for index in lanes[slot].queue.indices {
        let queued = lanes[slot].queue[index]
        guard !queued.hasRow, queued.event.sequence <= sequence else { continue }
        lanes[slot].queue[index].hasRow = true
        rows.append(queued.openRow(lane: key))
      }
    }
    return rows
  }

  /// Whether a delivery is in memory.
  func holdsInMemory(_ sequence: Int64, key: LaneKey) -> Bool {
    guard let slot = slot(of: key) else { return false }
    return lanes[slot].running?.event.sequence == sequence
      || lanes[slot].queue.contains { $0.event.sequence == sequence }
  }

  /// When the oldest delivery that is not settled was received. Looks at every lane: not for every event.
  var oldestAtMilliseconds: Int64? {
    lanes.lazy.compactMap(\.oldestAtMilliseconds).min()
  }
}

extension LaneTable.Lane {
  fileprivate var oldestAtMilliseconds: Int64? {
    let inMemory = running?.event.receivedAtMilliseconds ?? queue.first?.event.receivedAtMilliseconds
    guard unreadRows > 0, let oldestUnreadAtMilliseconds else { return inMemory }
    return min(inMemory ?? oldestUnreadAtMilliseconds, oldestUnreadAtMilliseconds)
  }
}

import DequeModule
import HeapModule
import LinqhookInbox

// The lanes of one handler: what may start, what must wait, what is in memory and what is on disk. Pure
// state; the pump does what this decides.
//
// A lane's deliveries are, in order: the one in the handler's hands, those queued in memory, and those that
// are in the ledger as rows which are not in memory (`unreadRows`). While there are such rows, a new event
// of the lane becomes a row as well (it is parked), so that it stays behind them. A lane is
//
//   ready          queued in memory, nothing in flight; ready lanes take turns
//   running        one is in the handler's hands
//   held(until)    the first failed: all of it is on disk until it is due
//   unread         due, or drained in memory: to be read when there is room
//   loading        being read
//
// and leaves the table when it has nothing left. A lane's rows may be read only when the changes of those
// that were in memory before are committed (`readAfterRecord`): else a read would bring them back.
//
// Room in memory is shared by dynamic thresholds (Choudhury and Hahne, 1998): a lane may queue as much as
// there is room left for all. One busy chat gets half of the memory, two get a third each, and there is
// always room for the next chat.
struct LaneTable {
  /// How much may be queued in memory: 2048 events, and 8 MiB of payload.
  static let maxWeight = 2048
  /// What a lane may queue however little room is left.
  static let minLaneWeight = 16

  enum Stage: Equatable {
    case ready
    case running
    case held(until: Duration)
    case unread
    case loading
  }

  struct Lane {
    let key: LaneKey
    var stage: Stage
    var queue: Deque<PendingDelivery> = []
    var weight = 0
    var running: PendingDelivery?
    var unreadRows = 0
    var readAfterRecord = 0
    var parkedRecord = 0
    var hasWaited = false
    var oldestUnreadAtMilliseconds: Int64?
  }

  struct Hold: Comparable {
    let until: Duration
    let slot: Int
    static func < (left: Hold, right: Hold) -> Bool { left.until < right.until }
  }

  /// A delivery to be started.
  struct Start {
    let slot: Int
    let delivery: PendingDelivery
  }

  var lanes: [Lane] = []
  var holds: Heap<Hold> = []
  var unread = LaneQueue()
  var uncommitted: [Int] = []
  var committedRecord = 0
  private var freeSlots: [Int] = []
  private var slots: [LaneKey: Int] = [:]
  private var ready = LaneQueue()
  private var weight = 0
  /// Deliveries that are not settled, in memory and on disk.
  var pendingCount = 0

  /// How much more may be queued.
  var weightFree: Int { Self.maxWeight - weight }
  /// Whether a lane may start.
  var hasReady: Bool { !ready.isEmpty }
  /// Whether a kind of lane could be read that no ready one is of.
  var lacksReady: Bool { unread.complements(ready) }

  /// What became of a delivery that was offered.
  enum Admission {
    /// It is in its lane.
    case queued
    /// It must become a row behind those of its lane.
    case parked
    /// It has to wait: its lane has more than its share.
    case refused
  }

  /// Queues a delivery if its lane has room, parks it if the lane is held, and asks for leave to park it
  /// otherwise.
  mutating func admit(
    _ delivery: PendingDelivery,
    to key: LaneKey,
    mayPark: () -> Bool
  ) -> Admission {
    if mayQueue(in: key) {
      pendingCount += 1
      enqueue([delivery], slot: slots[key] ?? newLane(key, stage: .ready))
      return .queued
    }
    guard isHeld(key) || mayPark() else { return .refused }
    pendingCount += 1
    return .parked
  }

  /// Whether a new delivery of a lane may be queued in memory.
  func mayQueue(in key: LaneKey) -> Bool {
    guard let slot = slots[key] else { return true }
    return lanes[slot].unreadRows == 0 && lanes[slot].weight < max(Self.minLaneWeight, weightFree)
  }

  private func isHeld(_ key: LaneKey) -> Bool {
    guard let slot = slots[key], case .held = lanes[slot].stage else { return false }
    return true
  }

  /// Notes that a delivery of a lane has become a row that is not in memory, written with this record.
  mutating func park(in key: LaneKey, receivedAtMilliseconds: Int64, record: Int) {
    let slot = slots[key] ?? newLane(key, stage: .unread)
    if lanes[slot].stage == .unread, lanes[slot].unreadRows == 0 { awaitRecord(record, slot: slot) }
    // The lane may have been here before: the ends of its rows of then are in this record at the latest.
    if lanes[slot].unreadRows == 0 { lanes[slot].readAfterRecord = record }
    lanes[slot].unreadRows += 1
    lanes[slot].parkedRecord = record
    let oldest = lanes[slot].oldestUnreadAtMilliseconds ?? receivedAtMilliseconds
    lanes[slot].oldestUnreadAtMilliseconds = min(oldest, receivedAtMilliseconds)
  }

  /// Takes the first delivery of the next ready lane.
  mutating func start(isProbe: Bool) -> Start? {
    guard let slot = ready.popFirst(), var delivery = lanes[slot].queue.popFirst() else { return nil }
    weight -= delivery.weight
    lanes[slot].weight -= delivery.weight
    delivery.isProbe = isProbe
    lanes[slot].running = delivery
    lanes[slot].stage = .running
    return Start(slot: slot, delivery: delivery)
  }

  /// The lane that a running delivery belongs to, and the delivery.
  func running(_ slot: Int) -> (key: LaneKey, delivery: PendingDelivery)? {
    lanes[slot].running.map { (lanes[slot].key, $0) }
  }

  /// Notes that the running delivery is to have a row, and that an attempt was made; nil when another one or none runs
  /// there.
  mutating func giveRow(
    _ slot: Int,
    sequence: Int64,
    startedAtMilliseconds: Int64
  ) -> (key: LaneKey, delivery: PendingDelivery)? {
    guard lanes[slot].running?.event.sequence == sequence else { return nil }
    lanes[slot].running?.hasRow = true
    if lanes[slot].running?.wasTried == false {
      lanes[slot].running?.firstAttemptAtMilliseconds = startedAtMilliseconds
    }
    return running(slot)
  }

  /// Notes what the row of the running delivery holds, if that still runs.
  mutating func noteKept(_ outbox: [UInt8]?, in slot: Int, sequence: Int64) {
    guard lanes[slot].running?.event.sequence == sequence else { return }
    lanes[slot].running?.outbox = outbox
  }

  /// The running delivery is settled, as staged in this record if it was; its lane goes on.
  mutating func finish(_ slot: Int, record: Int?) {
    lanes[slot].running = nil
    pendingCount -= 1
    if let record { lanes[slot].readAfterRecord = record }
    goOn(slot)
  }

  /// The running delivery was cut off and goes back to the head of its lane.
  mutating func putBack(_ slot: Int) {
    guard let delivery = lanes[slot].running else { return }
    lanes[slot].running = nil
    lanes[slot].queue.prepend(delivery)
    lanes[slot].weight += delivery.weight
    weight += delivery.weight
    makeReady(slot)
  }

  /// The running delivery has failed: its lane waits. Returns what was queued behind it, no longer in memory.
  mutating func hold(_ slot: Int, until: Duration) -> [PendingDelivery] {
    let first = lanes[slot].running
    let dropped = Array(lanes[slot].queue)
    weight -= lanes[slot].weight
    lanes[slot].weight = 0
    lanes[slot].running = nil
    lanes[slot].queue = []
    lanes[slot].unreadRows += dropped.count + 1
    lanes[slot].oldestUnreadAtMilliseconds = first?.event.receivedAtMilliseconds
    wait(slot, until: until)
    return dropped
  }

  /// Rows of a held lane may not be read before this record is committed.
  mutating func readHeld(_ slot: Int, afterRecord record: Int) { lanes[slot].readAfterRecord = record }

  /// Puts a lane in the state to wait.
  mutating func wait(_ slot: Int, until: Duration) {
    lanes[slot].stage = .held(until: until)
    holds.insert(Hold(until: until, slot: slot))
  }

  /// The slot of a lane, if it is in the table.
  func slot(of key: LaneKey) -> Int? { slots[key] }

  /// Appends deliveries to a lane's queue and readies it if nothing of it is running.
  mutating func enqueue(_ deliveries: some Collection<PendingDelivery>, slot: Int) {
    for delivery in deliveries {
      weight += delivery.weight
      lanes[slot].weight += delivery.weight
      lanes[slot].queue.append(delivery)
    }
    if lanes[slot].stage != .running, lanes[slot].queue.count == deliveries.count { makeReady(slot) }
  }

  /// Decides what a lane does that has nothing in flight.
  mutating func goOn(_ slot: Int) {
    if !lanes[slot].queue.isEmpty {
      makeReady(slot)
    } else if lanes[slot].unreadRows > 0 {
      awaitRecord(lanes[slot].readAfterRecord, slot: slot)
    } else {
      remove(slot)
    }
  }

  /// A new lane; it must be given something at once.
  mutating func newLane(_ key: LaneKey, stage: Stage) -> Int {
    let lane = Lane(key: key, stage: stage)
    guard let slot = freeSlots.popLast() else {
      slots[key] = lanes.count
      lanes.append(lane)
      return lanes.count - 1
    }
    slots[key] = slot
    lanes[slot] = lane
    return slot
  }

  private mutating func makeReady(_ slot: Int) {
    lanes[slot].stage = .ready
    ready.append(slot, wasTried: lanes[slot].queue.first?.wasTried ?? false)
  }

  private mutating func remove(_ slot: Int) {
    slots[lanes[slot].key] = nil
    lanes[slot].stage = .unread
    freeSlots.append(slot)
  }
}

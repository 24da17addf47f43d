// What the inbox remembers of deliveries, cheap while all goes well: for each handler a cursor, and rows
// only for exceptions. Everything up to the cursor is settled or has a row here; everything after it has
// not been looked at as far as the disk knows.

/// Where a handler stands.
public struct HandlerProgress: Sendable, Equatable {
  /// The handler's name in the configuration.
  public var handler: String
  /// Every event up to and including this sequence is settled or is among the deferred ones.
  public var cursor: Int64
  /// What the handler itself asked to be kept with the cursor: for the file sink its length.
  public var checkpoint: [UInt8]?
  /// How many deliveries wait for a retry or behind one.
  public var deferredCount: Int
  /// How many dead letters there are.
  public var deadCount: Int
  /// Whether the operator has paused it.
  public var isPaused: Bool

  /// The progress of the given parts.
  public init(
    handler: String,
    cursor: Int64,
    checkpoint: [UInt8]? = nil,
    deferredCount: Int = 0,
    deadCount: Int = 0,
    isPaused: Bool = false
  ) {
    self.handler = handler
    self.cursor = cursor
    self.checkpoint = checkpoint
    self.deferredCount = deferredCount
    self.deadCount = deadCount
    self.isPaused = isPaused
  }
}

/// One event for one handler that did not simply go through.
public struct DeferredDelivery: Sendable, Equatable {
  /// What holds it.
  public enum State: String, Sendable, CaseIterable {
    /// Not tried yet, or interrupted, or put off: behind an earlier event of its lane, or asked for by a replay.
    case waiting
    /// Failed, to be tried again when it is due.
    case retrying
    /// Given up; kept for the operator.
    case dead
    /// Went through, and not simply at the first attempt; kept as history until the event is pruned.
    case delivered
    /// Settled without a run of the handler, on purpose; kept for its reason until the event is pruned.
    case skipped

    /// Whether nothing is to be done for it any more, by anybody.
    public var isSettled: Bool { self == .delivered || self == .skipped }
  }

  /// The event.
  public var sequence: Int64
  /// What holds it.
  public var state: State
  /// Deliveries with the same lane are made one at a time, in order: the chat. An event without a chat has
  /// a lane of its own.
  public var lane: String
  /// How often it was tried.
  public var attempts: Int
  /// When it was tried first, in milliseconds since 1970; nil before the first attempt.
  public var firstAttemptAtMilliseconds: Int64?
  /// When it may be tried next, in milliseconds since 1970.
  public var dueAtMilliseconds: Int64
  /// Why the last attempt failed, or why the event was put off or skipped; bounded to 4 KiB, without secrets.
  public var lastError: String?
  /// What the handler has kept with it for the attempts that follow. It is read with the deliveries of a lane, and with
  /// nothing else: it may be long. Where a row is written, nil leaves what the store has, no bytes at all remove it, and
  /// a row that is settled has none.
  public var outbox: [UInt8]?

  /// The delivery of the given parts.
  public init(
    sequence: Int64,
    state: State,
    lane: String,
    attempts: Int = 0,
    firstAttemptAtMilliseconds: Int64? = nil,
    dueAtMilliseconds: Int64 = 0,
    lastError: String? = nil,
    outbox: [UInt8]? = nil
  ) {
    self.sequence = sequence
    self.state = state
    self.lane = lane
    self.attempts = attempts
    self.firstAttemptAtMilliseconds = firstAttemptAtMilliseconds
    self.dueAtMilliseconds = dueAtMilliseconds
    self.lastError = lastError
    self.outbox = outbox
  }
}

/// A lane that is held by a delivery to be retried, or has deliveries waiting on disk.
public struct HeldLane: Sendable, Equatable {
  /// The lane's key.
  public var lane: String
  /// When its first delivery is due, in milliseconds since 1970.
  public var dueAtMilliseconds: Int64
  /// How many deliveries it holds.
  public var count: Int
  /// The event of its first delivery.
  public var firstSequence: Int64

  /// The lane of the given parts.
  public init(lane: String, dueAtMilliseconds: Int64, count: Int, firstSequence: Int64) {
    self.lane = lane
    self.dueAtMilliseconds = dueAtMilliseconds
    self.count = count
    self.firstSequence = firstSequence
  }
}

/// A step forward of one handler, written in one transaction or not at all.
public struct ProgressRecord: Sendable, Equatable {
  /// The handler's name.
  public var handler: String
  /// The new cursor; one that is lower than the one before changes nothing.
  public var cursor: Int64
  /// The new checkpoint; nil leaves the old one.
  public var checkpoint: [UInt8]?
  /// Exceptions to be added, or to replace the row of the same sequence.
  public var deferred: [DeferredDelivery]
  /// Sequences whose rows are to be removed: delivered at the first attempt, or dropped by the operator.
  public var removed: [Int64]

  /// The record of the given parts.
  public init(
    handler: String,
    cursor: Int64,
    checkpoint: [UInt8]? = nil,
    deferred: [DeferredDelivery] = [],
    removed: [Int64] = []
  ) {
    self.handler = handler
    self.cursor = cursor
    self.checkpoint = checkpoint
    self.deferred = deferred
    self.removed = removed
  }
}

/// What delivery reads and writes.
public protocol DeliveryLedger: Sendable {
  /// Makes sure that each handler has a cursor and returns where each stands, in the order given. A handler
  /// that is new starts at the end: it gets what is accepted from now on. Handlers that are known but not
  /// named keep their backlog and do not hold back retention of others' events longer than `retention`; a cursor
  /// passes over what was pruned meanwhile.
  func attach(_ handlers: [String]) async throws(InboxError) -> [HandlerProgress]

  /// Takes a handler's cursor back to an earlier sequence, because its target has lost what came after. Those events
  /// wait for the handler again, and are not pruned before it has them. A cursor that is there or before it stays.
  func rewind(_ handler: String, to sequence: Int64) async throws(InboxError)

  /// Notes that a handler is paused, or not any more: a word for delivery, which asks for it by `attach`.
  func setPaused(_ handler: String, _ isPaused: Bool) async throws(InboxError)

  /// Forgets a handler, its backlog and its dead letters.
  func forget(_ handler: String) async throws(InboxError)

  /// Calls back after every commit with the events that it stored, in order, on the store's own thread. The
  /// callback must not block. At most one subscriber: the dispatcher.
  func subscribe(_ onCommit: @escaping @Sendable ([StoredEvent]) -> Void)

  /// The last sequence that is stored, 0 for an empty inbox.
  var lastSequence: Int64 { get }

  /// How many dead letters each attached handler has, as of the last commit.
  var deadLetterCounts: [String: Int] { get }

  /// Events after a sequence, in order, at most `limit` and about `maxBytes` of payload (at least one).
  /// Pruned events are passed over.
  func events(after sequence: Int64, limit: Int, maxBytes: Int) async throws(InboxError) -> [StoredEvent]

  /// One event.
  func event(sequence: Int64) async throws(InboxError) -> StoredEvent?

  /// The sequences after this one that have a row of their own, whatever its state, in order. Where a process ends while
  /// an early event is still under way there are some ahead of the cursor.
  func sequencesWithRows(handler: String, after sequence: Int64) async throws(InboxError) -> [Int64]

  /// The lanes of a handler that hold waiting or retrying deliveries, soonest due first.
  func heldLanes(handler: String) async throws(InboxError) -> [HeldLane]

  /// The waiting and retrying deliveries of a lane with their events, in order, at most `limit`.
  func deferred(
    handler: String,
    lane: String,
    limit: Int
  ) async throws(InboxError) -> [(delivery: DeferredDelivery, event: StoredEvent)]

  /// Writes a step forward with the writer's next transaction. Records of one handler take effect in the
  /// order given. `completion` is called on the store's own thread after the commit, with nil or the reason
  /// for which nothing was written; it must not block.
  func record(_ record: ProgressRecord, completion: @escaping @Sendable (InboxError?) -> Void)
}

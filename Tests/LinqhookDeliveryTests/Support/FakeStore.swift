import LinqEvents
import LinqhookDelivery
import LinqhookInbox

/// A store in memory whose commits the test can hold back or fail, and which can be cut off from a
/// dispatcher as a killed process would be.
final class FakeStore: Sendable {
  struct Handler: Sendable {
    var cursor: Int64
    var checkpoint: [UInt8]?
    var isPaused = false
    var rows: [Int64: DeferredDelivery] = [:]

    mutating func apply(_ record: ProgressRecord) {
      cursor = max(cursor, record.cursor)
      checkpoint = record.checkpoint ?? checkpoint
      for sequence in record.removed { rows[sequence] = nil }
      for var row in record.deferred {
        row.outbox = row.outbox ?? rows[row.sequence]?.outbox
        if row.outbox?.isEmpty == true || row.state.isSettled { row.outbox = nil }
        rows[row.sequence] = row
      }
    }
  }

  struct State: Sendable {
    var events: [StoredEvent] = []
    var handlers: [String: Handler] = [:]
    var records: [ProgressRecord] = []
    var heldRecords: [(record: ProgressRecord, completion: @Sendable (InboxError?) -> Void)] = []
    var holdsRecords = false
    var holdsEventReads = false
    var holdsRowReads = false
    var attachments: [[String]] = []
    var isFull = false
    var recordFailures = 0
    var readFailures = 0
    var rowReads = 0
    var readSizes: [Int] = []
    var incarnation = 0
    var subscriber: (@Sendable ([StoredEvent]) -> Void)?
    var wentBack = false

    func row(_ sequence: Int64, _ handler: String = "handler") -> DeferredDelivery? {
      handlers[handler]?.rows[sequence]
    }

    func cursor(_ handler: String = "handler") -> Int64 { handlers[handler]?.cursor ?? -1 }
  }

  let state = Observed(State())

  init(handlers: [String] = ["handler"]) {
    state.change { state in
      for handler in handlers { state.handlers[handler] = Handler(cursor: 0) }
    }
  }

  /// The store as one process sees it, until `kill`.
  func session() -> FakeSession { FakeSession(store: self, incarnation: state.value.incarnation) }

  /// Cuts off every session there is, with what they have not committed.
  func kill() {
    state.change {
      $0.incarnation += 1
      $0.heldRecords = []
      $0.holdsRecords = false
      $0.subscriber = nil
    }
  }

  /// Commits events; their chats may be nil. The subscriber is told like by a store's thread.
  @discardableResult
  func commit(_ chats: [String?], type: String = "message.received", payload: [UInt8] = [0x7B, 0x7D])
    -> [Int64]
  {
    let (events, subscriber) = state.change { state in
      let first = Int64(state.events.count) + 1
      let events = chats.enumerated().map { index, chat in
        StoredEvent(
          sequence: first + Int64(index),
          eventID: "event-\(first + Int64(index))",
          envelope: EventEnvelope(eventType: type, eventID: nil, chatID: chat),
          source: nil,
          receivedAtMilliseconds: 1000 + first + Int64(index),
          payload: payload
        )
      }
      state.events += events
      return (events, state.subscriber)
    }
    subscriber?(events)
    return events.map(\.sequence)
  }

  /// Lets held records through.
  func releaseRecords() {
    let held = state.change { state in
      state.holdsRecords = false
      defer { state.heldRecords = [] }
      return state.heldRecords.map { ($0.record, $0.completion) }
    }
    for (record, completion) in held {
      apply(record)
      completion(nil)
    }
  }

  func apply(_ record: ProgressRecord) { state.change { $0.apply(record) } }
}

extension FakeStore.State {
  fileprivate mutating func apply(_ record: ProgressRecord) {
    records.append(record)
    if record.cursor < cursor(record.handler) { wentBack = true }
    handlers[record.handler, default: FakeStore.Handler(cursor: 0)].apply(record)
  }
}

/// What one process has of a `FakeStore`.
struct FakeSession: DeliveryLedger, EventArchive {
  let store: FakeStore
  let incarnation: Int

  private static let closed = InboxError(.closed, "The inbox is closed.")
  private static let broken = InboxError(.inputOutput, "The disk is broken.")

  private func read<Result: Sendable>(
    _ body: (inout FakeStore.State) -> Result
  ) throws(InboxError) -> Result {
    let result: Swift.Result<Result, InboxError> = store.state.change { state in
      guard state.incarnation == incarnation else { return .failure(Self.closed) }
      guard state.readFailures == 0 else {
        state.readFailures -= 1
        return .failure(Self.broken)
      }
      return .success(body(&state))
    }
    return try result.get()
  }

  func attach(_ handlers: [String]) async throws(InboxError) -> [HandlerProgress] {
    if store.state.value.isFull { throw InboxError(.full, "There is no room.") }
    return try read { state in
      state.attachments.append(handlers)
      return handlers.map { name in
        let last = Int64(state.events.count)
        let handler = state.handlers[name, default: FakeStore.Handler(cursor: last)]
        state.handlers[name] = handler
        return HandlerProgress(
          handler: name,
          cursor: handler.cursor,
          checkpoint: handler.checkpoint,
          deferredCount: handler.rows.values.count(where: \.isOpen),
          deadCount: handler.rows.values.count { $0.state == .dead },
          isPaused: handler.isPaused
        )
      }
    }
  }

  func rewind(_ handler: String, to sequence: Int64) async throws(InboxError) {
    try read { state in
      let cursor = min(state.cursor(handler), sequence)
      state.handlers[handler]?.cursor = cursor
    }
  }

  func setPaused(_ handler: String, _ isPaused: Bool) async throws(InboxError) {
    try read { $0.handlers[handler]?.isPaused = isPaused }
  }

  func forget(_ handler: String) async throws(InboxError) { try read { $0.handlers[handler] = nil } }

  func handlers() async throws(InboxError) -> [KnownHandler] {
    try read { $0.handlers.keys.sorted().map { KnownHandler(handler: $0, isAttached: true) } }
  }

  func subscribe(_ onCommit: @escaping @Sendable ([StoredEvent]) -> Void) {
    store.state.change { $0.subscriber = onCommit }
  }

  var lastSequence: Int64 { Int64(store.state.value.events.count) }

  var deadLetterCounts: [String: Int] {
    store.state.value.handlers.mapValues { $0.rows.values.count { $0.state == .dead } }
  }

  func events(after sequence: Int64, limit: Int, maxBytes: Int) async throws(InboxError) -> [StoredEvent] {
    await store.state.wait { !$0.holdsEventReads }
    return try read { state in
      let events = Array(state.events.dropFirst(Int(sequence)).prefix(limit))
      state.readSizes.append(events.count)
      return events
    }
  }

  func event(sequence: Int64) async throws(InboxError) -> StoredEvent? {
    try read { $0.events.first { $0.sequence == sequence } }
  }

  func sequencesWithRows(handler: String, after sequence: Int64) async throws(InboxError) -> [Int64] {
    try read { state in
      (state.handlers[handler]?.rows.keys.filter { $0 > sequence } ?? []).sorted()
    }
  }

  func heldLanes(handler: String) async throws(InboxError) -> [HeldLane] {
    try read { state in
      let rows = (state.handlers[handler]?.rows.values.filter(\.isOpen) ?? [])
        .sorted { $0.sequence < $1.sequence }
      return Dictionary(grouping: rows, by: \.lane)
        .map { lane, rows in
          HeldLane(
            lane: lane,
            dueAtMilliseconds: rows[0].dueAtMilliseconds,
            count: rows.count,
            firstSequence: rows[0].sequence
          )
        }
        .sorted { $0.dueAtMilliseconds < $1.dueAtMilliseconds }
    }
  }

  func deferred(
    handler: String,
    lane: String,
    limit: Int
  ) async throws(InboxError) -> [(delivery: DeferredDelivery, event: StoredEvent)] {
    let rows = try read { state in
      state.rowReads += 1
      return (state.handlers[handler]?.rows.values.filter { $0.isOpen && $0.lane == lane } ?? [])
        .sorted { $0.sequence < $1.sequence }
        .prefix(limit)
        .map { Pair(delivery: $0, event: state.events[Int($0.sequence) - 1]) }
    }
    await store.state.wait { !$0.holdsRowReads }
    return rows.map { ($0.delivery, $0.event) }
  }

  private struct Pair: Sendable {
    let delivery: DeferredDelivery
    let event: StoredEvent
  }

  func record(_ record: ProgressRecord, completion: @escaping @Sendable (InboxError?) -> Void) {
    enum Course { case applied, hold, fail(InboxError) }
    // Applied where the incarnation is looked at: a record that comes true after `kill` would be one of a dead process.
    let course: Course = store.state.change { state in
      guard state.incarnation == incarnation else { return .fail(Self.closed) }
      if state.recordFailures > 0 {
        state.recordFailures -= 1
        return .fail(Self.broken)
      }
      guard state.holdsRecords else {
        state.apply(record)
        return .applied
      }
      state.heldRecords.append((record, completion))
      return .hold
    }
    switch course {
    case .hold: return
    case .fail(let error): completion(error)
    case .applied: completion(nil)
    }
  }

  func list(_ query: EventQuery) async throws(InboxError) -> [ListedEvent] {
    try read { state in
      let handler = query.handler.flatMap { state.handlers[$0] }
      let pending = state.events.first {
        $0.sequence > (handler?.cursor ?? 0) || handler?.rows[$0.sequence]?.isOpen == true
      }
      return pending.map { [ListedEvent(ArchivedEvent(event: $0, state: .pending, deliveries: []))] } ?? []
    }
  }

  func find(eventID: String) async throws(InboxError) -> [ArchivedEvent] {
    try read { state in
      state.events.filter { $0.eventID == eventID }.map { event in
        let deliveries = state.handlers.map { name, handler in
          var row = handler.rows[event.sequence]
          row?.outbox = nil
          return ArchivedEvent.Delivery(handler: name, state: .pending, deferred: row)
        }
        return ArchivedEvent(event: event, state: .pending, deliveries: deliveries)
      }
    }
  }

  func deadLetters(
    handler: String?,
    limit: Int
  ) async throws(InboxError) -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)] { [] }
}

extension DeferredDelivery {
  var isOpen: Bool { state == .waiting || state == .retrying }
}

private import Dispatch
public import LinqhookInbox
private import Synchronization

/// An inbox that forgets everything when it goes: for tests of the code around an inbox. It keeps the same
/// promises except to be on disk, and passes the same conformance suite.
///
/// Everything happens on one serial queue in the order of the calls, as in the real store. Of the bounds it
/// knows all but bytes on disk.
public final class MemoryInbox: Inbox {
  private let queue = DispatchQueue(label: "linqhook.inbox.memory")
  private let store: Mutex<MemoryStore>
  private let subscription = CommitSubscription()

  /// An empty inbox with these bounds; `path`, `durability` and `maxBytes` mean nothing here.
  public init(
    _ limits: InboxLimits = InboxLimits(),
    clock: InboxClock = .system
  ) {
    store = Mutex(MemoryStore(limits, clock: SteadyClock(clock)))
  }

  /// Figures of this moment.
  public var statistics: InboxStatistics { store.withLock { $0.statistics } }

  /// The last sequence that is stored.
  public var lastSequence: Int64 { store.withLock { $0.statistics.lastSequence } }

  /// How many dead letters each attached handler has.
  public var deadLetterCounts: [String: Int] { store.withLock { $0.statistics.deadLetters } }

  /// Nothing here can hang.
  public func heartbeat() async {}

  /// Takes nothing more, and finishes what is under way.
  public func close() async {
    await onQueue { $0.isClosed = true }
  }

  /// Says which endpoints there are from now on.
  public func separateIDs(by endpoints: [EndpointKeys]) async throws(InboxError) {
    try await onOpenStore { store in store.separateIDs(by: endpoints) }
  }

  /// Forgets ids and prunes events whose time has come.
  public func maintain() async {
    await onQueue { $0.maintain() }
  }

  private func onQueue<Result: Sendable>(
    _ body: @escaping @Sendable (inout MemoryStore) -> Result
  ) async -> Result {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: self.store.withLock { body(&$0) }) }
    }
  }

  private func onOpenStore<Result: Sendable>(
    _ body: @escaping @Sendable (inout MemoryStore) throws(InboxError) -> Result
  ) async throws(InboxError) -> Result {
    let result: Swift.Result<Result, InboxError> = await onQueue { store in
      guard !store.isClosed else { return .failure(.closed) }
      do throws(InboxError) { return .success(try body(&store)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}

// MARK: - Acceptance and quarantine

extension MemoryInbox {
  /// Offers events; see ``EventAcceptor``.
  public func accept(
    _ events: [InboundEvent],
    completion: @escaping @Sendable ([AcceptanceOutcome]) -> Void
  ) {
    queue.async {
      let (outcomes, stored) = self.store.withLock { $0.accept(events) }
      completion(outcomes)
      self.subscription.publish(stored)
    }
  }

  /// Keeps a request, or counts it as dropped.
  public func quarantine(_ request: QuarantinedRequest) {
    queue.async { self.store.withLock { $0.quarantine(request) } }
  }

  /// The kept requests, oldest first.
  public func quarantined(after number: Int64, limit: Int) async throws(InboxError) -> [QuarantinedRequest] {
    try await onOpenStore { store in
      Array(store.refused.lazy.filter { $0.number > number }.prefix(limit))
    }
  }

  /// One kept request.
  public func quarantined(number: Int64) async throws(InboxError) -> QuarantinedRequest? {
    try await onOpenStore { store in store.refused.first { $0.number == number } }
  }

  /// Removes kept requests; returns how many there were.
  @discardableResult
  public func removeQuarantined(_ numbers: [Int64]) async throws(InboxError) -> Int {
    try await onOpenStore { store in store.removeQuarantined(numbers) }
  }
}

// MARK: - Ledger

extension MemoryInbox {
  /// Makes sure that each handler has a cursor.
  public func attach(_ handlers: [String]) async throws(InboxError) -> [HandlerProgress] {
    try await onOpenStore { store in store.attach(handlers) }
  }

  /// Takes a handler's cursor back.
  public func rewind(_ handler: String, to sequence: Int64) async throws(InboxError) {
    try await onOpenStore { store throws(InboxError) in try store.rewind(handler, to: sequence) }
  }

  /// Notes that a handler is paused, or not any more.
  public func setPaused(_ handler: String, _ isPaused: Bool) async throws(InboxError) {
    try await onOpenStore { store throws(InboxError) in try store.setPaused(handler, isPaused) }
  }

  /// Forgets a handler, its backlog and its dead letters.
  public func forget(_ handler: String) async throws(InboxError) {
    try await onOpenStore { store throws(InboxError) in try store.forget(handler) }
  }

  /// The handlers that the inbox knows.
  public func handlers() async throws(InboxError) -> [KnownHandler] {
    try await onOpenStore { store throws(InboxError) in
      store.handlers.map { KnownHandler(handler: $0.name, isAttached: $0.isAttached, isPaused: $0.isPaused) }
    }
  }

  /// Calls back after every acceptance with the events that it stored.
  public func subscribe(_ onCommit: @escaping @Sendable ([StoredEvent]) -> Void) {
    subscription.set(onCommit)
  }

  /// Events after a sequence, in order.
  public func events(
    after sequence: Int64,
    limit: Int,
    maxBytes: Int
  ) async throws(InboxError) -> [StoredEvent] {
    try await onOpenStore { store in
      var room = max(1, maxBytes)
      var taken: [StoredEvent] = []
      for event in store.events where event.sequence > sequence && taken.count < limit && room > 0 {
        taken.append(event)
        room -= event.payload.count
      }
      return taken
    }
  }

  /// One event.
  public func event(sequence: Int64) async throws(InboxError) -> StoredEvent? {
    try await onOpenStore { store in store.event(sequence) }
  }

  /// The sequences after this one that have a row.
  public func sequencesWithRows(handler: String, after sequence: Int64) async throws(InboxError) -> [Int64] {
    try await onOpenStore { store in store.sequencesWithRows(handler, after: sequence) }
  }

  /// The lanes of a handler that hold deliveries, soonest due first.
  public func heldLanes(handler: String) async throws(InboxError) -> [HeldLane] {
    try await onOpenStore { store in store.heldLanes(handler) }
  }

  /// The held deliveries of a lane with their events.
  public func deferred(
    handler: String,
    lane: String,
    limit: Int
  ) async throws(InboxError) -> [(delivery: DeferredDelivery, event: StoredEvent)] {
    try await onOpenStore { store in store.deferred(handler, lane: lane, limit: limit) }
  }

  /// Writes a step forward.
  public func record(_ record: ProgressRecord, completion: @escaping @Sendable (InboxError?) -> Void) {
    queue.async { completion(self.store.withLock { $0.isClosed ? .closed : $0.apply(record) }) }
  }
}

// MARK: - Archive

extension MemoryInbox {
  /// Lists events.
  public func list(_ query: EventQuery) async throws(InboxError) -> [ListedEvent] {
    try await onOpenStore { store throws(InboxError) in try store.list(query) }
  }

  /// Events with this id.
  public func find(eventID: String) async throws(InboxError) -> [ArchivedEvent] {
    try await onOpenStore { store in store.events.filter { $0.eventID == eventID }.map(store.archived) }
  }

  /// The dead letters of a handler, or of all.
  public func deadLetters(
    handler: String?,
    limit: Int
  ) async throws(InboxError) -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)] {
    try await onOpenStore { store throws(InboxError) in try store.deadLetters(handler, limit: limit) }
  }
}

import DequeModule
import LinqhookInbox
import Logging

// The pump of a target that takes one event at a time.
//
//   store ── feed ── intake ── lanes ── workers (as many as `concurrency`) ── handler
//                                │  └── rows: parked, retrying ── loader
//                                └───── progress writer
//
// The actor owns all state; what is in its files is short and never waits while the state is half changed.
// A fixed set of workers asks for work (`next`), which saves a task for each event. The loops are tasks of
// their own and end when the pump is drained or its task is cancelled:
//   intake   takes events from the feed while the lanes have room (LanePump+Intake)
//   loader   reads rows back when their lane is due and there is room (LanePump+Intake)
//   writer   writes progress, one record at a time (ProgressWriter)
// One alarm serves all waits: the next held lane, the next probe, and laggards (LanePump+Alarm).
actor LanePump: Pump {
  let registration: HandlerRegistration
  let handler: any EventHandler
  let context: PumpContext
  let feed: EventFeed
  let metrics: HandlerMetrics
  let writer: ProgressWriter
  let loads: AsyncStream<Void>
  let loadsWanted: AsyncStream<Void>.Continuation

  var lanes = LaneTable()
  var tracker: CursorTracker
  var watch = FailureWatch()
  var streak = FailureStreak()
  /// Failed attempts, and a target that fails for all of them, as the log tells of them.
  var attemptNotices = FailureNotices()
  var failingNotices = FailureNotices()
  var isFailingSaid = false
  var phase = PumpPhase.delivering
  var isPaused: Bool
  var taken: Deque<StoredEvent> = []
  var admittedSequence: Int64
  /// What the feed will bring although it has a row already, written before the start with the cursor behind it. The
  /// loader brings these; taken in as new events, too, they would be handed over twice, and behind younger ones. It waits
  /// until the feed has passed them all, and until what was parked on the way, behind younger rows of its lane, is on
  /// disk as well (`recordAhead`).
  var rowsAhead: Set<Int64> = []
  var recordAhead = 0
  var parking = ParkingAllowance()
  var isIntakeStalled = false
  var alarm: (at: Duration, task: Task<Void, Never>)?
  var laggardCheck: (sequence: Int64, at: Duration)?
  var oldestAtMilliseconds: Int64?
  var oldestCheckAt = Duration.zero
  var inFlight = 0
  private var idle: [CheckedContinuation<LaneTable.Start?, Never>] = []
  private var workers: Task<Void, Never>?
  private let quiet = Latch()

  init(
    registration: HandlerRegistration,
    handler: any EventHandler,
    progress: HandlerProgress,
    context: PumpContext
  ) {
    self.registration = registration
    self.handler = handler
    self.context = context
    feed = EventFeed(ledger: context.store, after: progress.cursor)
    isPaused = progress.isPaused
    metrics = HandlerMetrics(handler: registration.name, isPaused: progress.isPaused)
    writer = ProgressWriter(
      handler: registration.name,
      cursor: progress.cursor,
      ledger: context.store,
      clock: context.clock,
      logger: context.logger
    )
    tracker = CursorTracker(cursor: progress.cursor)
    admittedSequence = progress.cursor
    (loads, loadsWanted) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  var clock: any DeliveryClock { context.clock }

  /// Events that were taken from the feed and are not settled.
  var pendingCount: Int { lanes.pendingCount + taken.count }

  func start(while isWanted: @Sendable () -> Bool) async throws {
    try await restoreHeldLanes()
    try await handler.start()
  }

  func abandon() async {
    phase = .stopped
    await handler.stop()
  }

  func run() async {
    guard phase == .delivering else { return }
    let workers = Task { await work() }
    self.workers = workers
    ring()
    await withTaskGroup { group in
      group.addTask { await self.takeInEvents() }
      group.addTask { await self.readRows() }
      group.addTask { await self.writer.run { await self.recordCommitted($0) } }
    }
    // Cancelled without `drain`: what was not written is delivered again after a restart.
    guard phase == .delivering else { return }
    takeNothingNew()
    await halt(until: clock.now)
    await handler.stop()
  }

  func reopen() async { await handler.reopen() }

  nonisolated var report: HandlerReport { handler.report }

  // MARK: Workers

  private nonisolated func work() async {
    await withDiscardingTaskGroup { group in
      for _ in 0..<registration.concurrency {
        group.addTask { await self.workOff() }
      }
    }
  }

  private nonisolated func workOff() async {
    var finished: FinishedAttempt?
    while let start = await next(after: finished) {
      let began = context.clock.now
      let delivery = start.delivery
      let result = await handler.handle(
        DeliveryAttempt(
          event: delivery.event,
          attempt: delivery.attempts + 1,
          outbox: delivery.outbox,
          slot: start.slot,
          keeper: self
        )
      )
      finished = FinishedAttempt(
        slot: start.slot,
        result: result,
        began: began,
        ended: context.clock.now,
        wasCancelled: Task.isCancelled
      )
    }
  }

  /// Settles a worker's attempt and gives it the next; nil ends it.
  private func next(after finished: FinishedAttempt?) async -> LaneTable.Start? {
    if let finished {
      inFlight -= 1
      settle(finished)
      if inFlight == 0, phase != .delivering { quiet.open() }
    }
    guard phase == .delivering else { return nil }
    let started = startNext()
    let start = if let started { started } else { await withCheckedContinuation { idle.append($0) } }
    if start != nil { wakeWorker() }
    return start
  }

  /// Wakes one worker if there is something for it. It wakes the next one in turn, so that a few workers do
  /// all the work, and stay awake, while the handler is quick.
  func wakeWorker() {
    guard !idle.isEmpty, phase == .delivering, let start = startNext() else { return }
    idle.removeLast().resume(returning: start)
  }

  private func startNext() -> LaneTable.Start? {
    guard !isPaused, lanes.hasReady else { return nil }
    let permission = watch.permission(now: clock.now)
    guard permission != .nothing, let start = lanes.start(isProbe: permission == .probe) else { return nil }
    if permission == .probe { watch.setProbing(true) }
    inFlight += 1
    metrics.update { $0.inFlight = inFlight }
    return start
  }

  // MARK: Stopping

  func drain(until deadline: Duration) async -> Bool {
    guard phase == .delivering else { return true }
    takeNothingNew()
    await handler.beginDraining(within: deadline - clock.now)
    await halt(until: deadline)
    stageLaggards(upTo: tracker.highestSettled)
    await writer.finish()
    await handler.stop()
    return true
  }

  private func takeNothingNew() {
    phase = .draining
    feed.close()
    loadsWanted.finish()
    alarm?.task.cancel()
    for worker in idle { worker.resume(returning: nil) }
    idle = []
  }

  private func halt(until deadline: Duration) async {
    if inFlight > 0 { await context.await(quiet, until: deadline, thenCancel: workers, of: registration) }
    phase = .stopped
  }
}

/// An attempt that came back from the handler.
struct FinishedAttempt {
  let slot: Int
  let result: DeliveryResult
  let began: Duration
  let ended: Duration
  let wasCancelled: Bool
}

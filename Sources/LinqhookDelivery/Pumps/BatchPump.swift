import DequeModule
import LinqhookInbox
import Logging
import Synchronization

// The pump of a target that takes runs of events in the order of acceptance.
//
// One batch is in the handler's hands at a time. When it went through, its end as the cursor and the
// checkpoint that the handler gave for it are staged together, and the next batch is handed over without
// waiting for the commit: records keep their order, so a cursor never gets ahead of its checkpoint.
//
// A batch that fails is handed over again, the same events in the same order, with pauses by the policy up to
// 30 seconds, for as long as it takes. It never becomes a dead letter: what such a target fails for is a full
// disk or a lost mount, not the event, and skipping events would leave holes in the file.
//
// Events come in at the pace of the store's commits, a thousand times a second. Taking a few each time, and writing the
// progress of each few, would cost more than the work itself, so a handler may let events gather between two
// batches. What was handled and is not recorded yet is the handler's to recognise after a crash: it has the checkpoint.
//
// The pump runs on its handler's executor, and so does the writing of its progress: one thread takes a commit's
// events, has them handled and hands the record back to the store. So a handler that hangs in a call holds up its pump;
// what others ask of it comes in by way of BatchPump+Requests.swift.
//
// Replays are rows in a lane of their own. They are read and handed over as batches of their own; the
// removal of their rows is in the same record as the checkpoint, so they too happen once.
actor BatchPump: Pump {
  /// Events of a batch: 1024, and 4 MiB of payload.
  private static let maxBatchWeight = 1024
  /// Replays of a batch; few, for a row's payload may be as large as a request body.
  private static let maxReplays = 32
  /// The longest pause after a failure.
  private static let longestPause = Duration.seconds(30)
  /// The lane of replays.
  static let replayLane = "#replay"

  let registration: HandlerRegistration
  let feed: EventFeed
  let metrics: HandlerMetrics
  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe handler.unownedExecutor }
  let handler: any BatchEventHandler
  let context: PumpContext
  /// Opens when the handler has stopped and its progress is written.
  let stopped = Latch()
  /// Opens when `run` is over, or not waited for any more.
  let ended = Latch()
  /// Set from outside: a handler that hangs can be paused all the same.
  let isPaused: Atomic<Bool>
  private let progress: HandlerProgress
  let writer: ProgressWriter
  private let quiet = Latch()

  private(set) var phase = PumpPhase.delivering
  private var deliveries: Task<Void, Never>?
  var pause: Task<Void, Never>?
  private var failures = 0
  private var failingSince: Duration?
  private var notices = FailureNotices()
  var replayLanes: Deque<String> = []
  var replayRecord = 0
  var replaysPending = 0
  private var committedRecord = 0

  private struct Batch {
    var events: [StoredEvent]
    var cursor: Int64?
    var removed: [Int64] = []
  }

  init(
    registration: HandlerRegistration,
    handler: any BatchEventHandler,
    progress: HandlerProgress,
    context: PumpContext
  ) {
    self.registration = registration
    self.handler = handler
    self.progress = progress
    self.context = context
    feed = EventFeed(ledger: context.store, after: progress.cursor)
    metrics = HandlerMetrics(handler: registration.name, isPaused: progress.isPaused)
    isPaused = Atomic(progress.isPaused)
    writer = ProgressWriter(
      handler: registration.name,
      cursor: progress.cursor,
      ledger: context.store,
      clock: context.clock,
      logger: context.logger
    )
  }

  func start(while isWanted: @Sendable () -> Bool) async throws {
    for lane in try await context.store.heldLanes(handler: registration.name) {
      replayLanes.append(lane.lane)
      replaysPending += lane.count
    }
    metrics.update { $0.pendingEvents = replaysPending }
    let resumption = try await handler.start(checkpoint: progress.checkpoint, cursor: progress.cursor)
    guard isWanted() else { return }
    if case .after(let sequence) = resumption, sequence < progress.cursor { try await rewind(to: sequence) }
  }

  func abandon() async {
    phase = .stopped
    _ = await handler.stop()
  }

  /// The cursor goes back before anything is delivered: the handler's next checkpoint says nothing of what it has lost, so
  /// a stop in the middle of the second delivery would leave a gap for good.
  private func rewind(to sequence: Int64) async throws(InboxError) {
    try await context.store.rewind(registration.name, to: sequence)
    writer.rewind(to: sequence)
    feed.rewind(to: sequence)
  }

  func work() async {
    guard phase == .delivering else { return }
    deliveries = Task { await deliver() }
    await writer.run { await self.recordCommitted($0) }
    // Cancelled without `drain`: what was not written is delivered again after a restart.
    guard phase == .delivering else { return }
    await halt(until: context.clock.now)
    _ = await handler.stop()
    stopped.open()
  }

  func stop(until deadline: Duration) async {
    guard phase == .delivering else { return }
    await halt(until: deadline)
    writer.stage(checkpoint: await handler.stop())
    await writer.finish()
    stopped.open()
  }

  private func halt(until deadline: Duration) async {
    phase = .draining
    feed.close()
    pause?.cancel()
    if deliveries != nil {
      await context.await(quiet, until: deadline, thenCancel: deliveries, of: registration)
    }
    phase = .stopped
  }

  // MARK: Delivering

  private func deliver() async {
    defer { quiet.open() }
    for await _ in feed.arrivals {
      do throws(InboxError) {
        while phase == .delivering, !isHeldBack, let batch = try await nextBatch() {
          await deliver(batch)
          await gather()
        }
      } catch {
        context.logger.error(
          "could not read the inbox; delivery waits",
          metadata: ["handler": "\(registration.name)", "error": "\(error)"]
        )
        guard error.code != .closed else { return }
        await pause(.seconds(1))
        feed.wake()
      }
    }
  }

  private func nextBatch() async throws(InboxError) -> Batch? {
    while let lane = replayLanes.first, replayRecord <= committedRecord {
      let committed = committedRecord
      let rows = try await context.store.deferred(
        handler: registration.name,
        lane: lane,
        limit: Self.maxReplays
      )
      if !rows.isEmpty {
        return Batch(events: rows.map(\.event), removed: rows.map(\.delivery.sequence))
      }
      // A replay may have been staged during the read, and written: then its rows are yet to come.
      guard replayRecord <= committed else { continue }
      replayLanes.removeFirst()
      if replayLanes.isEmpty { noReplayIsLeft() }
    }
    let events = try await feed.next(maxWeight: Self.maxBatchWeight)
    guard let last = events.last else { return nil }
    let wanted = events.filter(registration.filter.wants)
    metrics.update { $0.filtered += events.count - wanted.count }
    return Batch(events: wanted, cursor: last.sequence)
  }

  // A replay that was asked for twice before its row was written has counted twice.
  private func noReplayIsLeft() {
    replaysPending = 0
    metrics.update { $0.pendingEvents = 0 }
  }

  private func deliver(_ batch: Batch) async {
    guard let first = batch.events.first else {
      writer.stage(cursor: batch.cursor)
      return
    }
    await untilResumed()
    // Replays in the handler's hands are counted already.
    let taken = batch.removed.isEmpty ? batch.events.count : 0
    metrics.update {
      $0.inFlight = batch.events.count
      $0.pendingEvents = taken + replaysPending
      $0.oldestPendingAtMilliseconds = first.receivedAtMilliseconds
    }
    while phase == .delivering {
      let began = context.clock.now
      let result = await handler.handle(batch.events)
      metrics.update { $0.durationSeconds.observe(context.clock.now - began) }
      switch result {
      case .delivered(let checkpoint):
        delivered(batch, checkpoint: checkpoint)
        return
      case .retry(let reason):
        await failed(batch, reason: reason)
        await untilResumed()
      }
    }
  }

  private func delivered(_ batch: Batch, checkpoint: [UInt8]?) {
    let record = writer.stage(cursor: batch.cursor, checkpoint: checkpoint, removed: batch.removed)
    if !batch.removed.isEmpty {
      replayRecord = record
      replaysPending = max(replaysPending - batch.removed.count, 0)
    }
    metrics.update {
      $0.delivered += batch.events.count
      $0.inFlight = 0
      $0.pendingEvents = replaysPending
      $0.oldestPendingAtMilliseconds = nil
      $0.health = .working
      $0.failuresInARow = 0
    }
    guard failures > 0 else { return }
    failures = 0
    failingSince = nil
    context.logger.notice("handler works again", metadata: ["handler": "\(registration.name)"])
  }

  private func failed(_ batch: Batch, reason: String) async {
    guard !Task.isCancelled else { return }
    failures += 1
    let now = context.clock.now
    let retry = registration.retry.pause(attempt: failures, random: .random(in: 0..<1))
    let after = min(retry, Self.longestPause)
    if failures == 1 { failingSince = now }
    if let count = notices.take(now: now) {
      context.logger.warning(
        "batch failed; retrying until it succeeds",
        metadata: [
          "handler": "\(registration.name)", "error": "\(reason.asReason())", "failures": "\(count)",
        ]
      )
    }
    showFailure(of: batch, reason: reason, at: now, nextAt: now + after)
    await pause(after)
  }

  private func showFailure(of batch: Batch, reason: String, at now: Duration, nextAt: Duration) {
    let failure = HandlerFailure(
      reason: reason.asReason(),
      atMilliseconds: context.clock.wallMilliseconds(at: now),
      eventID: batch.events.first?.eventID,
      attempt: failures
    )
    metrics.update {
      $0.retried += batch.events.count
      $0.health = .failing(
        sinceMilliseconds: context.clock.wallMilliseconds(at: failingSince ?? now),
        nextProbeAtMilliseconds: context.clock.wallMilliseconds(at: nextAt)
      )
      $0.failuresInARow = failures
      $0.lastFailure = failure
    }
  }

  private func recordCommitted(_ record: Int) {
    committedRecord = record
    if !replayLanes.isEmpty { feed.wake() }
  }
}

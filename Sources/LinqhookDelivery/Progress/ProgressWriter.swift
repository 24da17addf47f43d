import LinqhookInbox
import Logging
import Pacing
import Synchronization

// Writes one handler's progress. At most one record is under way; what is staged meanwhile is gathered into
// the next one. So a busy handler writes one record for each of the store's commits, and an idle one writes
// at once. A record that fails is written again until it succeeds: later ones build on it.
//
// Records are numbered from 1. `stage` says in which record a change will stand, and `run` reports when it is
// committed: a reader that must not read a row before an earlier change of it is on disk waits for that number.
final class ProgressWriter: Sendable {
  fileprivate struct State {
    var cursor: Int64
    var recordedCursor: Int64
    var checkpoint: [UInt8]?
    var rows: [Int64: DeferredDelivery] = [:]
    var removed: Set<Int64> = []
    var gathering = 1
    var isDirty = false
    var isRunning = false
    var isFinishing = false
  }

  private let handler: String
  private let ledger: any DeliveryLedger
  private let clock: any DeliveryClock
  private let logger: Logger
  private let state: Mutex<State>
  private let changes: AsyncStream<Void>
  private let changed: AsyncStream<Void>.Continuation
  private let ended = Latch()
  /// For those who must know that a record is on disk.
  let waiters = CommitWaiters()

  init(
    handler: String,
    cursor: Int64,
    ledger: any DeliveryLedger,
    clock: any DeliveryClock,
    logger: Logger
  ) {
    self.handler = handler
    self.ledger = ledger
    self.clock = clock
    self.logger = logger
    state = Mutex(State(cursor: cursor, recordedCursor: cursor))
    (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Starts from an earlier cursor, which the ledger has taken over already. Only before anything is staged.
  func rewind(to cursor: Int64) { state.withLock { ($0.cursor, $0.recordedCursor) = (cursor, cursor) } }

  /// Everything up to this sequence is settled; the ledger may not have it yet.
  var cursor: Int64 { state.withLock { $0.cursor } }

  /// Adds to the record that is being gathered and returns its number. All of one call is in one record.
  /// A later change of a row replaces an earlier one; a cursor lower than before is passed over.
  @discardableResult
  func stage(
    cursor: Int64? = nil,
    checkpoint: [UInt8]? = nil,
    rows: [DeferredDelivery] = [],
    removed: [Int64] = []
  ) -> Int {
    let (number, mustWake) = state.withLock { state in
      if let cursor { state.cursor = max(state.cursor, cursor) }
      if let checkpoint { state.checkpoint = checkpoint }
      for var row in rows {
        // A row that names no outbox leaves it as it is, here as in the ledger.
        if row.outbox == nil, !row.state.isSettled { row.outbox = state.rows[row.sequence]?.outbox }
        state.rows[row.sequence] = row
        state.removed.remove(row.sequence)
      }
      for sequence in removed {
        state.rows[sequence] = nil
        state.removed.insert(sequence)
      }
      let isNew = !state.isDirty && (state.hasChanges)
      if isNew { state.isDirty = true }
      return (state.gathering, isNew)
    }
    if mustWake { changed.yield() }
    return number
  }

  /// Writes what is staged and ends `run`, or does its work where it never began.
  func finish() async {
    state.withLock { $0.isFinishing = true }
    changed.yield()
    await run { _ in }
    await ended.wait()
  }

  /// Writes what is staged until `finish` or cancellation, on the caller's executor. `committed` is told the number of
  /// each record that is on disk. Returns at once where it has begun before, be it by `finish`: nothing would come.
  nonisolated(nonsending) func run(committed: @Sendable (Int) async -> Void) async {
    let isFirst = state.withLock { state in
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard isFirst else { return }
    defer {
      ended.open()
      waiters.end()
    }
    for await _ in changes {
      while let (record, number) = take() {
        guard await write(record) else { return }
        waiters.committed(number)
        await committed(number)
      }
      if state.withLock({ $0.isFinishing }) { return }
    }
  }

  private func take() -> (ProgressRecord, Int)? {
    state.withLock { state in
      state.isDirty = false
      guard state.hasChanges else { return nil }
      let record = ProgressRecord(
        handler: handler,
        cursor: state.cursor,
        checkpoint: state.checkpoint,
        deferred: state.rows.values.sorted { $0.sequence < $1.sequence },
        removed: state.removed.sorted()
      )
      let number = state.gathering
      state.recordedCursor = state.cursor
      state.checkpoint = nil
      state.rows = [:]
      state.removed = []
      state.gathering += 1
      return (record, number)
    }
  }

  /// Writes a record, however often it takes; false when there is no point in going on.
  private nonisolated(nonsending) func write(_ record: ProgressRecord) async -> Bool {
    var backoff = Backoff(first: .milliseconds(100), longest: .seconds(5))
    var isFirst = true
    while true {
      do throws(InboxError) {
        try await ledger.record(record)
        return true
      } catch {
        waiters.failed(error)
        let mayRetry = error.code != .closed && !state.withLock { $0.isFinishing }
        if isFirst || !mayRetry {
          logger.error(
            "could not store delivery progress; unrecorded deliveries repeat after a restart",
            metadata: ["handler": "\(handler)", "error": "\(error)"]
          )
        }
        isFirst = false
        guard mayRetry, (try? await clock.sleep(for: backoff.next())) != nil else { return false }
      }
    }
  }
}

extension ProgressWriter.State {
  fileprivate var hasChanges: Bool {
    cursor != recordedCursor || checkpoint != nil || !rows.isEmpty || !removed.isEmpty
  }
}

internal import GRDB
internal import LinqhookInbox
internal import Synchronization

/// What the writer has: the connection, the index, the books. Everything here happens on its queue.
struct WriterCore: StoreCore {
  /// Whether the file can be written.
  enum Storage {
    case open(DatabaseQueue)
    /// Not trusted until it was opened again and verified.
    case failed(InboxError)
    case closed
  }

  var maintenanceSeconds: Int? { limits.maintenanceSeconds }
  let location: SQLiteStorage
  let limits: InboxLimits
  let clock: SteadyClock
  let report: @Sendable (InboxDiagnostic) -> Void
  let highWaterMark: HighWaterMark
  let board: SharedStatistics

  var storage: Storage
  var log: LogKeeper
  var files: StoreFiles
  var storeState: StoreState
  var index: IdentityIndex
  let key: FingerprintKey
  /// Those of the scopes, by number.
  var masks: [Fingerprint] = []
  /// The endpoints that there are; nil where nobody said.
  var endpoints: [IdentityScopes.Endpoint]?
  var recovery = Recovery()
  var space: StoreSpace
  var complaints = IDComplaints()
  /// Whether old events may be waiting to be pruned.
  var isPruningDue = true

  /// Runs `body` in a transaction with a copy of the books, and takes the copy over when it has committed.
  ///
  /// Throws `.full` where the disk has no room, with nothing changed. Any other failure of the file makes
  /// the store fail, because a commit that reported an error may be on disk all the same.
  mutating func commit<Result>(
    isClosing: Bool = false,
    _ body: (Database, inout StoreState) throws -> Result
  ) throws(InboxError) -> Result {
    let connection: DatabaseQueue
    switch storage {
    case .open(let open): connection = open
    case .failed(let failure): throw failure
    case .closed: throw .closed
    }
    do { try files.checkUntouched() } catch { throw fail(error) }
    var next = storeState
    let result: Result
    let due = isClosing ? .seal : log.due
    do {
      let stamp = due == nil ? nil : try log.next(isClosing: isClosing)
      result = try connection.transaction { db in
        let result = try body(db, &next)
        try stamp?.write(db)
        return result
      }
      if let stamp { log.note(stamp) }
      if due == .seal, !isClosing { copyLog(connection) }
    } catch {
      files.noteLengths()
      throw error as? InboxError ?? fail(error)
    }
    do { try files.noteCommit() } catch { throw fail(error) }
    storeState = next
    return result
  }

  /// Copies the log into the file, as far as readers let it be. Where that fails the log still has everything, and the
  /// next time is soon.
  private mutating func copyLog(_ connection: DatabaseQueue) {
    let copy = try? connection.writeWithoutTransaction { try $0.checkpoint(.passive) }
    guard let copy else { return log.noteCopy(pages: 1, copied: 0) }
    log.noteCopy(pages: copy.walFrameCount, copied: copy.checkpointedFrameCount)
  }

  mutating func close() {
    if case .open(let connection) = storage {
      let now = clock.nowMilliseconds
      // Where this fails, the next start goes on from the newest event, and things are kept longer. The log then stays
      // beside the file, because a store that was not closed in order and has no log is refused.
      let isNoted =
        (try? commit(isClosing: true) { db, _ in try StoreTime.noteEnd(now, db: db) }) != nil
      let holder = isNoted ? nil : Connection.holder(path: location.path)
      try? connection.close()
      try? holder?.close()
    }
    storage = .closed
    board.value.withLock { $0.unavailability = .closed }
  }

  /// Puts the figures of the books where everybody can read them.
  func publishFigures(_ update: (inout InboxStatistics) -> Void = { _ in }) {
    board.value.withLock { statistics in
      statistics.lastSequence = storeState.lastSequence
      statistics.pendingEvents = storeState.handlers.pendingEvents(lastSequence: storeState.lastSequence)
      statistics.dedupEntries = index.count
      statistics.quarantineEntries = storeState.ring.count
      statistics.deadLetters = storeState.handlers.deadLetters
      statistics.bytes = space.bytes
      update(&statistics)
      if statistics.unavailability != .closed { statistics.unavailability = unavailability }
    }
  }

  /// Why a new event would be refused now.
  private var unavailability: InboxUnavailability? {
    switch storage {
    case .closed: return .closed
    case .failed: return recovery.refusal
    case .open: break
    }
    return refusal(after: storeState.lastSequence)
  }

  /// Why the disk or the bounds forbid an event after this sequence.
  func refusal(after lastSequence: Int64) -> InboxUnavailability? {
    if recovery.isDiskFull { return .diskFull }
    if space.isFull { return .storeFull }
    let pending = storeState.handlers.pendingEvents(lastSequence: lastSequence)
    return storeState.handlers.lowestCursor != nil && pending >= limits.maxPendingEvents
      ? .backlogFull : nil
  }
}

/// Where the writer leaves figures for everybody.
final class SharedStatistics: Sendable {
  let value = Mutex(InboxStatistics())
}

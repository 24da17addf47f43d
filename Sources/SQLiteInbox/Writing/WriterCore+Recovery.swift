internal import GRDB
internal import LinqhookInbox
import Pacing

// What happens when the file cannot be written.
//
// A full disk is harmless: SQLite undoes the transaction, and the batch is answered with "unavailable". So are all
// events after it until a probe has found room, and not for a few of them only: else a disk with a last bit of room
// would be full and not full by turns, small events accepted and large ones refused. What only records progress is
// tried all the same.
//
// Any other error ends trust in the file. An fsync that failed may have lost pages that the kernel calls
// clean, and a commit that reported an error may be on disk all the same. So the connection is closed and
// nothing is accepted until the file was opened again, holds all that was acknowledged, and the index was
// read from it again. What turns up there beyond the books is an event whose sender was told to send again:
// it is stored, so its next copy is a duplicate, and the dispatcher hears of it now. Other files than those that
// were open are never taken for them: that needs a restart.

/// How far the store is from working.
struct Recovery {
  /// How much room there must be before a disk that was full is trusted with events again.
  static let probeBytes = 1 << 20

  private(set) var isDiskFull = false
  /// SQLite has found the store damaged: nothing is tried before a restart, whose check reads every page.
  private(set) var needsRestart = false
  private var attempts = 0
  private var isScheduled = false
  private var mustCheckPages = false

  /// What an event is answered whose transaction has failed.
  var refusal: InboxUnavailability { isDiskFull ? .diskFull : needsRestart ? .storeDamaged : .storeFailed }

  /// Notes a fault; whether it is news.
  mutating func note(_ fault: StoreFault, isCorruption: Bool) -> Bool {
    needsRestart = needsRestart || fault == .damaged
    if fault != .diskFull {
      (isDiskFull, attempts) = (false, 0)
      mustCheckPages = mustCheckPages || isCorruption
      return true
    }
    defer { isDiskFull = true }
    return !isDiskFull
  }

  /// After how many milliseconds to try next; nil while a try is under way.
  mutating func schedule() -> Int? {
    guard !isScheduled, !needsRestart else { return nil }
    isScheduled = true
    let backoff = Backoff(first: .milliseconds(250), longest: .seconds(isDiskFull ? 2 : 30))
    return Int(backoff.pause(afterFailures: attempts + 1) / .milliseconds(1))
  }

  /// A try begins; whether every page must be looked at.
  mutating func begin() -> Bool {
    isScheduled = false
    attempts += 1
    return mustCheckPages
  }

  mutating func succeed() { self = Recovery(isScheduled: isScheduled) }

  init(isScheduled: Bool = false) { self.isScheduled = isScheduled }
}

extension WriterCore {
  /// Notes an error of SQLite; gives the one that callers see.
  mutating func fail(_ error: any Error) -> InboxError {
    let described = InboxError(error, path: location.path)
    let fault = StoreFault(error)
    let isNews = recovery.note(fault, isCorruption: described.code == .damaged)
    if fault != .diskFull {
      if case .open(let connection) = storage { try? connection.close() }
      storage = .failed(described)
    }
    if fault == .damaged, let store = storeState.store { highWaterMark.note(store: store, isDamaged: true) }
    if isNews { report(Self.diagnostic(fault, described)) }
    return described
  }

  private static func diagnostic(_ fault: StoreFault, _ error: InboxError) -> InboxDiagnostic {
    switch fault {
    case .diskFull:
      InboxDiagnostic(.diskFull, .warning, error.description + " New events are refused until then.")
    case .failed:
      InboxDiagnostic(
        .storeFailed,
        .alarm,
        error.description + " Nothing is accepted until the file was opened again and verified."
      )
    case .damaged:
      InboxDiagnostic(
        .storeFailed,
        .alarm,
        error.description
          + " Nothing is accepted until linqhook was restarted, which looks at every page first."
      )
    }
  }

  /// When to try again, if there is anything to repair and no try is due already.
  mutating func nextRecoveryDelayMilliseconds() -> Int? {
    if case .failed = storage { return recovery.schedule() }
    return recovery.isDiskFull ? recovery.schedule() : nil
  }

  /// Tries to repair; gives the events that turned out to be stored.
  mutating func recover() -> [StoredEvent] {
    let mustCheckPages = recovery.begin()
    defer { publishFigures() }
    switch storage {
    case .closed: return []
    case .failed where recovery.needsRestart: return []
    case .failed: return reopen(mustCheckPages: mustCheckPages)
    case .open:
      if recovery.isDiskFull { probe() }
      return []
    }
  }

  /// There is room again.
  private mutating func diskHasRoom() {
    recovery.succeed()
    publishFigures()
    report(InboxDiagnostic(.recovered, .notice, "There is room on the disk again; events are accepted."))
  }

  /// Writes as much as many events would take, and takes it back.
  private mutating func probe() {
    do throws(InboxError) {
      try commit { db, _ in
        try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('probe', zeroblob(\(Recovery.probeBytes)))")
      }
      try commit { db, _ in try db.execute(sql: "DELETE FROM meta WHERE key = 'probe'") }
    } catch {
      return  // The commit has noted why, and the next try is due.
    }
    diskHasRoom()
  }

  private mutating func reopen(mustCheckPages: Bool) -> [StoredEvent] {
    do {
      try files.checkSameFiles()
      let connection = try Connection.writer(location)
      let (known, location, limits) = (storeState.lastSequence, location, limits)
      let endpoints = endpoints
      let (loaded, log, found) = try connection.transaction { db in
        var log = try LogKeeper(db, location, limits)
        let changes = db.totalChangesCount
        if mustCheckPages { try StoreCheck.pages(db, path: location.path) }
        var loaded = try StoreState.load(db, limits: limits)
        if let endpoints { try loaded.storeState.separateIDs(by: endpoints, db: db) }
        try log.nameStart(db, changes: changes)
        return (loaded, log, try LedgerQueries.events(after: known, limit: .max, maxBytes: .max, db: db))
      }
      guard loaded.storeState.lastSequence >= known else {
        throw InboxError(
          .damaged,
          "The inbox \(location.path) ends at event \(loaded.storeState.lastSequence), but \(known) was "
            + "acknowledged. \(FileAgreement.wayOut(location.path))"
        )
      }
      (storeState, index) = loaded
      makeMasks()
      self.log = log
      storage = .open(connection)
      files.noteLengths()
      highWaterMark.note(storeState.lastSequence)
      recovery.succeed()
      publishFigures()
      report(
        InboxDiagnostic(.recovered, .notice, "The inbox was opened again and verified; events are accepted.")
      )
      return found
    } catch {
      storage = .failed(InboxError(error, path: location.path))
      return []
    }
  }
}

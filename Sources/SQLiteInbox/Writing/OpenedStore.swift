internal import GRDB
internal import LinqhookInbox

/// An inbox's file, opened and read: what a writer starts with.
struct OpenedStore {
  let core: WriterCore
  let key: FingerprintKey

  init(
    _ storage: SQLiteStorage,
    limits: InboxLimits,
    endpoints: [EndpointKeys]?,
    clock: InboxClock,
    report: @escaping @Sendable (InboxDiagnostic) -> Void
  ) throws(InboxError) {
    try StoreCheck.beforeOpening(storage.path, report)
    let highWaterMark = try HighWaterMark(inboxPath: storage.path)
    let holder = Connection.holder(path: storage.path)
    defer { try? holder?.close() }
    do {
      let connection = try Connection.writer(storage)
      let (loaded, key, declared, time, log) = try connection.transaction { db in
        var log = try LogKeeper(db, storage, limits)
        let changes = db.totalChangesCount
        var loaded = try StoreState.load(db, limits: limits)
        let key = try Schema.fingerprintKey(db)
        let declared = endpoints.map { $0.map { IdentityScopes.Endpoint($0, key: key) } }
        if let declared { try loaded.storeState.separateIDs(by: declared, db: db) }
        try log.nameStart(db, changes: changes)
        return (loaded, key, declared, try StoreTime.latest(db), log)
      }
      do {
        try Self.judge(highWaterMark, loaded.storeState, storage, report)
      } catch {
        // Before the holder, so that the log stays as it is.
        try? connection.close()
        throw error
      }
      self.key = key
      var core = WriterCore(
        location: storage,
        limits: limits,
        clock: SteadyClock(clock, goingOnFrom: time),
        report: report,
        highWaterMark: highWaterMark,
        board: SharedStatistics(),
        storage: .open(connection),
        log: log,
        files: StoreFiles(path: storage.path),
        storeState: loaded.storeState,
        index: loaded.index,
        key: key,
        endpoints: declared,
        space: StoreSpace(maxBytes: limits.maxBytes)
      )
      core.makeMasks()
      core.reviewSpace(after: PruneRows.Progress(hasMore: true), always: true)
      core.publishFigures()
      self.core = core
    } catch {
      throw InboxError(error, path: storage.path)
    }
  }

  /// Compares the mark with the store, and brings it up to date.
  private static func judge(
    _ mark: HighWaterMark,
    _ storeState: StoreState,
    _ storage: SQLiteStorage,
    _ report: (InboxDiagnostic) -> Void
  ) throws(InboxError) {
    let (last, noted) = (storeState.lastSequence, mark.atOpen)
    if noted.sequence > last {
      try judgeLoss(of: noted.sequence, stored: last, storage, report)
      mark.note(last)
    } else if noted.sequence > 0 {
      // One that was never acknowledged into says nothing about the next.
      try StoreCheck.compare(noted, store: storeState.store, path: storage.path)
    }
    // Whatever was noted of damage was looked at before the store was opened.
    guard let store = storeState.store, noted.store != store || noted.isDamaged else { return }
    if noted.sequence == 0 { mark.note(last) }
    mark.note(store: store, isDamaged: false)
  }
}

extension OpenedStore {
  /// With `normal` a power cut may cost the last events, which is reported and no reason to stop. With `full`
  /// it cannot happen unless somebody changed the files or the disk lies: going on would overwrite the
  /// traces, so the operator decides.
  private static func judgeLoss(
    of acknowledged: Int64,
    stored: Int64,
    _ storage: SQLiteStorage,
    _ report: (InboxDiagnostic) -> Void
  ) throws(InboxError) {
    let loss =
      "The storage lost acknowledged events: \(acknowledged) were acknowledged, the inbox "
      + "\(storage.path) ends at \(stored). Was its log (-wal) deleted or an old copy put in its place?"
    guard storage.durability == .full else {
      return report(
        InboxDiagnostic(.acknowledgedEventsLost, .alarm, loss + " Look for them in Linq's records.")
      )
    }
    throw InboxError(
      .acknowledgedEventsLost,
      loss + " \(FileAgreement.wayOut(storage.path)) To go on without them, "
        + "run `linqhook inbox backup FILE` and restore that."
    )
  }
}

internal import GRDB

/// An inbox's file, opened and read: what a writer starts with.
struct OpenedStore {
  let core: WriterCore
  let key: FingerprintKey

  init(
    _ configuration: InboxConfiguration,
    endpoints: [EndpointKeys]?,
    clock: InboxClock,
    report: @escaping @Sendable (InboxDiagnostic) -> Void
  ) throws(InboxError) {
    let highWaterMark = try HighWaterMark(inboxPath: configuration.path)
    do {
      let connection = try Connection.writer(configuration)
      let (loaded, key, declared, time) = try connection.transaction { db in
        var loaded = try StoreBooks.load(db, configuration: configuration)
        let key = try Schema.fingerprintKey(db)
        let declared = endpoints.map { $0.map { IdentityScopes.Endpoint($0, key: key) } }
        if let declared { try loaded.books.separateIDs(by: declared, db: db) }
        return (loaded, key, declared, try StoreTime.latest(db))
      }
      self.key = key
      var core = WriterCore(
        configuration: configuration,
        clock: SteadyClock(clock, goingOnFrom: time),
        report: report,
        highWaterMark: highWaterMark,
        board: StatisticsBoard(),
        storage: .open(connection),
        files: StoreFiles(path: configuration.path),
        books: loaded.books,
        index: loaded.index,
        key: key,
        endpoints: declared,
        space: StoreSpace(bytesMax: configuration.bytesMax)
      )
      core.makeMasks()
      core.reviewSpace(after: PruneRows.Progress(hasMore: true), always: true)
      core.publishFigures()
      self.core = core
    } catch {
      throw InboxError(error, path: configuration.path)
    }
    let last = core.books.lastSequence
    if highWaterMark.atOpen > last {
      try Self.judgeLoss(of: highWaterMark.atOpen, stored: last, configuration, report)
      highWaterMark.note(last)
    }
  }
}

extension OpenedStore {
  /// With `normal` a power cut may cost the last events, which is said and no reason to stand still. With `full`
  /// it cannot happen unless somebody changed the files or the disk lies: whoever goes on would write over the
  /// traces, so the operator decides.
  private static func judgeLoss(
    of acknowledged: Int64,
    stored: Int64,
    _ configuration: InboxConfiguration,
    _ report: (InboxDiagnostic) -> Void
  ) throws(InboxError) {
    let loss =
      "The storage lost acknowledged events: \(acknowledged) were acknowledged, the inbox "
      + "\(configuration.path) ends at \(stored). Was its log (-wal) deleted or an old copy put back?"
    guard configuration.durability == .full else {
      return report(
        InboxDiagnostic(.acknowledgedEventsLost, .alarm, loss + " Look for them in Linq's records.")
      )
    }
    throw InboxError(
      .acknowledgedEventsLost,
      loss + " Put the newest files back, or remove \(configuration.path).acknowledged to go on without them."
    )
  }
}

internal import GRDB

/// An inbox's file, opened and read: what a writer starts with.
struct OpenedStore {
  let core: WriterCore
  let key: FingerprintKey

  init(
    _ configuration: InboxConfiguration,
    clock: SteadyClock,
    report: @escaping @Sendable (InboxDiagnostic) -> Void
  ) throws(InboxError) {
    let highWaterMark = try HighWaterMark(inboxPath: configuration.path)
    do {
      let connection = try Connection.writer(configuration)
      let (loaded, key) = try connection.transaction { db in
        (try StoreBooks.load(db, configuration: configuration), try Schema.fingerprintKey(db))
      }
      self.key = key
      var core = WriterCore(
        configuration: configuration,
        clock: clock,
        report: report,
        highWaterMark: highWaterMark,
        board: StatisticsBoard(),
        storage: .open(connection),
        files: StoreFiles(path: configuration.path),
        books: loaded.books,
        index: loaded.index,
        space: StoreSpace(bytesMax: configuration.bytesMax)
      )
      core.reviewSpace(after: PruneRows.Progress(hasMore: true), always: true)
      core.publishFigures()
      self.core = core
    } catch {
      throw InboxError(error, path: configuration.path)
    }
    let last = core.books.lastSequence
    if highWaterMark.atOpen > last {
      report(.acknowledgedEventsLost(acknowledged: highWaterMark.atOpen, stored: last))
      highWaterMark.note(last)
    }
  }
}

extension InboxDiagnostic {
  static func acknowledgedEventsLost(acknowledged: Int64, stored: Int64) -> InboxDiagnostic {
    InboxDiagnostic(
      .acknowledgedEventsLost,
      .alarm,
      "The storage lost acknowledged events: \(acknowledged) were acknowledged, the inbox ends at \(stored). "
        + "Was its log (-wal) deleted or an old copy put back? Look for them in Linq's records."
    )
  }

  static func unsafeFileSystem(_ type: String, path: String) -> InboxDiagnostic {
    InboxDiagnostic(
      .unsafeFileSystem,
      .warning,
      "The inbox \(path) lies on \(type), which may lose it or not lock it; put it on a local disk."
    )
  }
}

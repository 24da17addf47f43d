internal import GRDB
internal import LinqhookInbox

/// Gives the log its names (``LogStamp``) and says when it is copied into the file.
///
/// That is the writer's own business instead of SQLite's, because the last transaction before a copy must carry a name,
/// and the first one after it, too. It is a row more in two of some two hundred pages.
struct LogKeeper {
  /// Why the next transaction writes a name, if it does.
  enum Due {
    /// Nothing is known to be in the log, so this may be its first transaction.
    case begin
    /// The log is copied into the file after this.
    case seal
  }

  private let length = LogLength()
  private let maxPages: Int
  private let fileNumber: UInt64
  private let logPath: String
  private var name: String
  private var isBeginning = true
  private var sealAtPages: Int

  /// Takes over the log of the writer's connection.
  init(_ db: Database, _ storage: SQLiteStorage, _ limits: InboxLimits) throws {
    maxPages = Connection.maxLogPages(limits)
    sealAtPages = maxPages
    logPath = storage.path + "-wal"
    fileNumber = FileState(path: storage.path)?.number ?? 0
    name = try LogStamp.current(db)?.name ?? LogStamp.none
    length.watch(db)
  }

  /// What the next transaction must do.
  var due: Due? { length.value >= sealAtPages ? .seal : isBeginning ? .begin : nil }

  /// The next name, for the transaction that is about to be committed.
  func next(isClosing: Bool) throws -> LogStamp {
    let salt = due == .seal ? WriteAheadLog.salt(path: logPath) : 0
    return try LogStamp(after: name, fileNumber: fileNumber, salt: salt, isClosed: isClosing)
  }

  /// Gives the transaction of a start its name, if it has changed anything since `changes`: it may begin a log.
  mutating func nameStart(_ db: Database, changes: Int) throws {
    guard db.totalChangesCount != changes else { return }
    let stamp = try next(isClosing: false)
    try stamp.write(db)
    note(stamp)
  }

  /// The transaction that wrote this is on disk.
  mutating func note(_ stamp: LogStamp) {
    name = stamp.name
    isBeginning = false
  }

  /// The log was copied as far as readers let it be. Where that was all of it, SQLite may begin it again.
  mutating func noteCopy(pages: Int, copied: Int) {
    guard pages == copied else {
      sealAtPages = max(pages, length.value) + max(8, maxPages / 8)
      return
    }
    mayBegin()
  }

  /// SQLite may begin the log again with the next transaction.
  mutating func mayBegin() {
    isBeginning = true
    length.value = 0
    sealAtPages = maxPages
  }
}

internal import GRDB
private import GRDBSQLite
internal import Synchronization

/// How many pages the log holds, as SQLite says after each commit of the connection that is watched.
///
/// Watching replaces SQLite's own checkpoints by count: the watcher makes them.
@safe final class LogLength: Sendable {
  private let pages = Atomic<Int>(0)

  /// The pages at the last commit.
  var value: Int {
    get { pages.load(ordering: .relaxed) }
    set { pages.store(newValue, ordering: .relaxed) }
  }

  /// Hears of the commits of this connection, which must not outlive this.
  func watch(_ db: Database) {
    unsafe sqlite3_wal_hook(
      db.sqliteConnection,
      { context, _, _, pages in
        guard let context = unsafe context else { return SQLITE_OK }
        let length = unsafe Unmanaged<LogLength>.fromOpaque(context).takeUnretainedValue()
        length.pages.store(Int(pages), ordering: .relaxed)
        return SQLITE_OK
      },
      Unmanaged.passUnretained(self).toOpaque()
    )
  }
}

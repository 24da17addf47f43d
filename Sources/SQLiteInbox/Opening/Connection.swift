internal import Foundation
internal import GRDB
internal import LinqhookInbox

// How connections are opened. One connection writes and checkpoints, all others only read and never
// checkpoint: SQLite up to 3.51.2 can damage a WAL database when two connections do so at the same instant.

enum Connection {
  /// Pages of log after which the writer's commit copies them into the file. Everybody waits for that copy and its
  /// sync, so it is kept short: 250 pages take the disk about 2 ms, 2000 took 11.
  private static let maxCheckpointPages: Int64 = 250
  private static let pageBytes: Int64 = 4096
  /// A log that grew longer is cut to this when SQLite begins to write it again.
  static let logBytesKept: Int64 = 64 << 20

  /// Opens the writer's connection, refuses files that are not an inbox of this version or older, and
  /// brings older ones up to date.
  static func writer(_ storage: SQLiteStorage) throws -> DatabaseQueue {
    let connection = try DatabaseQueue(path: storage.path, configuration: options(readOnly: false))
    try connection.writeWithoutTransaction { db in
      try checkOrigin(db, path: storage.path)
      try db.execute(
        sql: """
          PRAGMA journal_mode = WAL;
          PRAGMA synchronous = \(storage.durability == .full ? "FULL" : "NORMAL");
          PRAGMA wal_autocheckpoint = 0;
          PRAGMA journal_size_limit = \(logBytesKept);
          PRAGMA secure_delete = FAST;
          PRAGMA temp_store = MEMORY;
          """
      )
      try checkPragmas(db, durability: storage.durability)
      // The next log begins with a name, so a step to another version must not be its beginning.
      if try Schema.migrate(db) { _ = try? db.checkpoint(.truncate) }
    }
    return connection
  }

  /// How many pages of log are gathered before they are copied into the file.
  static func maxLogPages(_ limits: InboxLimits) -> Int {
    Int(max(32, min(maxCheckpointPages, limits.maxBytes / pageBytes / 8)))
  }

  /// Opens a connection that can only read.
  static func reader(path: String) throws -> DatabaseQueue {
    let connection = try DatabaseQueue(path: path, configuration: options(readOnly: true))
    try connection.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA query_only = 1; PRAGMA wal_autocheckpoint = 0;")
      try checkOrigin(db, path: path)
    }
    return connection
  }

  /// A connection that does nothing but be there: while it is, closing another one leaves the log beside the file. The
  /// last one to close would copy the log into the file and delete it, also when a start was refused.
  static func holder(path: String) -> DatabaseQueue? {
    let holder = try? DatabaseQueue(path: path, configuration: options(readOnly: true))
    _ = try? holder?.writeWithoutTransaction {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master")
    }
    return holder
  }

  private static func options(readOnly: Bool) -> Configuration {
    var options = Configuration()
    options.label = readOnly ? "linqhook.inbox.reader" : "linqhook.inbox.writer"
    options.readonly = readOnly
    options.foreignKeysEnabled = false
    options.busyMode = .timeout(5)
    return options
  }

  static func checkOrigin(_ db: Database, path: String) throws {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    if tables == 0, version == 0, application == 0 { return }
    guard application == Schema.applicationID else {
      throw InboxError(
        .damaged,
        "The file \(path) is a database of another program; set inbox.path to a file of linqhook's own."
      )
    }
    guard version <= Schema.newestVersion else {
      throw InboxError(
        .newerVersion,
        "The inbox \(path) was made by a newer linqhook (its version is \(version), this one knows up to "
          + "\(Schema.newestVersion)); run that one, or set inbox.path to another file."
      )
    }
  }

  /// What a 200 promises hangs on these two, so they are read back instead of believed.
  static func checkPragmas(_ db: Database, durability: SQLiteStorage.Durability) throws {
    let journalMode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
    let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 0
    guard journalMode == "wal", synchronous == (durability == .full ? 2 : 1) else {
      throw InboxError(
        .inputOutput,
        "SQLite did not take the settings that durability needs (journal_mode is \(journalMode), "
          + "synchronous is \(synchronous)); put the inbox on a local file system."
      )
    }
  }
}

extension DatabaseQueue {
  /// Runs `body` in a transaction; what it throws undoes everything.
  func transaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try writeWithoutTransaction { db in
      try db.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
      do {
        let result = try body(db)
        try db.cachedStatement(sql: "COMMIT").execute()
        return result
      } catch {
        // SQLite has rolled back by itself after most input and output errors.
        if db.isInsideTransaction { try? db.execute(sql: "ROLLBACK") }
        throw error
      }
    }
  }
}

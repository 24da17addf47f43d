internal import Foundation
internal import GRDB
public import LinqhookInbox
internal import SystemPackage

extension StoreCare {
  /// Copies the inbox into one file of its own: whole, as of one moment, synced, for nobody else. Acceptance goes on
  /// meanwhile; only the log is not begun again before the copy is done.
  ///
  /// The file appears under its name when it is complete. Throws ``InboxError/Code-swift.enum/badCopy`` where one
  /// is there already and is not to be replaced. What interrupted backups have left in the folder is removed.
  ///
  /// - Parameter isRunning: whether a receiver has the inbox open.
  public static func backUp(
    inboxPath: String,
    to target: String,
    replaces: Bool,
    isRunning: Bool
  ) throws(InboxError) -> Copy {
    try StoreFolder.checkOwner(inboxPath)
    let path = StoreFolder.path(behind: inboxPath)
    let lock = try lock(path, isRunning: isRunning)
    defer { lock?.release() }
    try checkTarget(target, of: path, replaces: replaces)
    if !isRunning { try StoreCheck.beforeOpening(path) { _ in } }
    do {
      PartialCopy.removeAbandoned(besides: target)
      let partial = try PartialCopy(of: target)
      defer { partial.remove() }
      try StoreCopying.copy(path, to: partial.path)
      let copy = try StoreCopying.seal(partial.path)
      try CopyFile.sync(partial.path)
      try CopyFile.publish(partial.path, as: target, replaces: replaces)
      if !isRunning { StoreCopying.tidy(path) }
      return copy
    } catch let error as Errno {
      throw InboxError(
        error == .noSpace ? .full : .inputOutput,
        "The copy \(target) cannot be written (\(error)); check its folder and the room on its disk."
      )
    } catch {
      throw InboxError(error, path: target)
    }
  }

  private static func checkTarget(_ target: String, of path: String, replaces: Bool) throws(InboxError) {
    guard !files(of: path).contains(where: { isSame($0, target) }) else {
      throw InboxError(.badCopy, "\(target) is a file of the inbox itself; give another name for the copy.")
    }
    guard !FileManager.default.fileExists(atPath: target) || replaces else {
      throw InboxError(.badCopy, "The file \(target) exists; give another name, or --force to replace it.")
    }
  }
}

/// The steps of a copy that SQLite makes.
enum StoreCopying {
  /// Copies what is in use, by a connection that only reads. It reads every row, so what is damaged shows here.
  static func copy(_ path: String, to target: String) throws {
    let connection = try Connection.reader(path: path)
    try connection.writeWithoutTransaction { db in
      guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID else {
        throw InboxError(.damaged, "The inbox \(path) is empty; there is nothing to copy.")
      }
      try db.execute(sql: "PRAGMA query_only = 0; PRAGMA temp_store = MEMORY")
      try db.execute(sql: "VACUUM INTO ?", arguments: [target])
    }
    try connection.close()
  }

  /// Gives the copy a name for its log that no log has, and counts what is in it.
  static func seal(_ path: String) throws -> StoreCare.Copy {
    let connection = try DatabaseQueue(path: path)
    let copy = try connection.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
      try db.inTransaction {
        try LogStamp(after: LogStamp.none, fileNumber: 0, isClosed: true).write(db)
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('copied_at', ?)", arguments: [now])
        return .commit
      }
      let row = try Row.fetchOne(db, sql: "SELECT count(*), ifnull(max(sequence), 0) FROM event")
      return StoreCare.Copy(
        events: row?[0] ?? 0,
        lastSequence: row?[1] ?? 0,
        bytes: FileState(path: path)?.byteCount ?? 0
      )
    }
    try connection.close()
    return copy
  }

  /// Removes the empty log that a reader leaves beside a store that was closed in order. Only under the lock.
  static func tidy(_ path: String) {
    guard FileState(path: path + "-wal")?.byteCount == 0 else { return }
    for suffix in ["-wal", "-shm"] { unlinkIfThere(path + suffix) }
  }
}

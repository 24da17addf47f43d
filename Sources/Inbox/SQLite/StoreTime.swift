internal import GRDB

/// How far the clock has come that ages are counted in: where the next start goes on.
///
/// Each row of ids says when it was written, and a clean end says when it came. After a kill the time since the newest
/// id does not count.
enum StoreTime {
  /// The latest time that the store knows of; nil where nothing has happened yet.
  static func latest(_ db: Database) throws -> Int64? {
    let newestID = try Int64.fetchOne(
      db,
      sql: "SELECT received_at FROM id_batch ORDER BY first_sequence DESC LIMIT 1"
    )
    let end = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'closed_at'")
    return [newestID, end].compactMap(\.self).max()
  }

  /// Writes down that the inbox is closed at this time.
  static func noteEnd(_ now: Int64, db: Database) throws {
    try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('closed_at', ?)", arguments: [now])
  }
}

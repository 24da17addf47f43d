internal import GRDB

/// How far the clock has come that ages are counted in: where the next start goes on.
///
/// Each event says when it was accepted, and a clean end says when it came. After a kill the time since the newest
/// event, which always stays, does not count.
enum StoreTime {
  /// The latest time that the store knows of; nil where nothing has happened yet.
  static func latest(_ db: Database) throws -> Int64? {
    let newest = try Int64.fetchOne(
      db,
      sql: "SELECT accepted_at FROM event ORDER BY sequence DESC LIMIT 1"
    )
    let end = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'closed_at'")
    return [newest, end].compactMap(\.self).max()
  }

  /// Writes down that the inbox is closed at this time.
  static func noteEnd(_ now: Int64, db: Database) throws {
    try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('closed_at', ?)", arguments: [now])
  }
}

internal import GRDB

/// Deletes old events, a few at a time, from the oldest on.
///
/// An event may go when every attached handler has settled it and none of them holds it waiting, to be
/// retried, or dead: a dead letter keeps its event until the operator drops it. Handlers that are not
/// attached hold nothing back; when an event goes, their rows go with it.
enum PruneRows {
  /// How far one step goes.
  struct Step {
    /// Only events accepted before this.
    let acceptedBeforeMilliseconds: Int64
    /// How many events are looked at.
    let limit: Int
  }

  /// What a step did.
  struct Progress {
    var deleted = 0
    /// Whether there was more to look at.
    var hasMore = false
  }

  /// Looks at the next events after the mark and deletes those that may go.
  static func step(_ step: Step?, storeState: inout StoreState, db: Database) throws -> Progress {
    guard let step, storeState.mayPrune else { return Progress() }
    let statement = try db.cachedStatement(
      sql: """
        SELECT sequence, accepted_at FROM event WHERE sequence > ? AND sequence <= ?
        ORDER BY sequence LIMIT ?
        """
    )
    let rows = try Row.fetchCursor(
      statement,
      arguments: [storeState.prunedThrough, storeState.settledThrough, step.limit]
    )
    var first: Int64?
    var last: Int64 = 0
    var seen = 0
    while let row = try rows.next() {
      let acceptedAt: Int64 = row[1]
      guard acceptedAt < step.acceptedBeforeMilliseconds else { break }
      first = first ?? row[0]
      last = row[0]
      seen += 1
    }
    guard let first else { return Progress() }
    let deleted = try delete(first...last, db: db)
    storeState.prunedThrough = last
    return Progress(deleted: deleted, hasMore: seen == step.limit)
  }

  /// Deletes the events of a range except those that an attached handler still holds.
  private static func delete(_ range: ClosedRange<Int64>, db: Database) throws -> Int {
    let held = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT d.sequence FROM deferred d JOIN handler h ON h.id = d.handler
          WHERE d.sequence BETWEEN ? AND ? AND d.state < 3 AND h.is_attached ORDER BY d.sequence
          """
      ),
      arguments: [range.lowerBound, range.upperBound]
    )
    let events = try db.cachedStatement(sql: "DELETE FROM event WHERE sequence BETWEEN ? AND ?")
    let rows = try db.cachedStatement(sql: "DELETE FROM deferred WHERE sequence BETWEEN ? AND ?")
    var deleted = 0
    var start = range.lowerBound
    for stop in held + [range.upperBound + 1] {
      if start < stop {
        try events.execute(arguments: [start, stop - 1])
        deleted += db.changesCount
        try rows.execute(arguments: [start, stop - 1])
      }
      start = stop + 1
    }
    return deleted
  }
}

internal import GRDB
internal import LinqhookInbox

/// Counts events by their state. The same rule as `ArchivedEvent.Delivery`'s, said in SQL, so that no payload
/// is read.
enum CountQueries {
  static func counts(handler: String?, db: Database) throws -> EventCounts {
    let condition = handler == nil ? "is_attached" : "name = ?"
    let known = try Int.fetchOne(
      db,
      sql: "SELECT count(*) FROM handler WHERE \(condition)",
      arguments: StatementArguments(handler)
    )
    if let handler, known == 0 {
      throw InboxError(.notFound, "The inbox knows no handler \(handler); compare the configuration.")
    }
    let row = try Row.fetchOne(db, sql: sql(condition), arguments: StatementArguments(handler))
    guard let row else { return EventCounts() }
    let (stored, dead, pending): (Int, Int, Int) = (row[0], row[1], row[2])
    return EventCounts(pending: pending, delivered: stored - dead - pending, dead: dead)
  }

  /// Only what is after the last cursor or has an open row can be pending; only that is looked at closely.
  private static func sql(_ condition: String) -> String {
    """
    WITH judge AS (SELECT id, cursor FROM handler WHERE \(condition)),
    dead AS (
      SELECT DISTINCT sequence FROM deferred WHERE state = 2 AND handler IN (SELECT id FROM judge))
    SELECT
      (SELECT count(*) FROM event),
      (SELECT count(*) FROM dead),
      (SELECT count(*) FROM event e
        WHERE (e.sequence > (SELECT min(cursor) FROM judge)
          OR e.sequence IN (
            SELECT sequence FROM deferred WHERE state < 2 AND handler IN (SELECT id FROM judge)))
        AND e.sequence NOT IN (SELECT sequence FROM dead)
        AND EXISTS (
          SELECT 1 FROM judge h LEFT JOIN deferred d ON d.sequence = e.sequence AND d.handler = h.id
          WHERE CASE WHEN d.state IS NULL THEN e.sequence > h.cursor ELSE d.state < 2 END))
    """
  }
}

extension StatementArguments {
  fileprivate init(_ handler: String?) { self.init(handler.map { [$0] } ?? []) }
}

internal import Foundation
internal import GRDB
internal import LinqEvents

// The one place that knows how an event lies in its row.

enum StoredEventRow {
  /// The columns in the order that `event(in:)` reads them.
  static let columns = "e.sequence, e.received_at, e.event_id, e.event_type, e.source, e.payload"

  static let columnCount = 6

  private static let insertion = """
    INSERT INTO event (sequence, received_at, event_id, event_type, source, payload) VALUES (?,?,?,?,?,?)
    """

  /// Writes events with one prepared statement, without the checks that the statement's text makes needless.
  static func insert(_ events: [StoredEvent], into db: Database) throws {
    let statement = try db.cachedStatement(sql: insertion)
    for event in events {
      statement.setUncheckedArguments([
        event.sequence, event.receivedAtMilliseconds, event.eventID, event.envelope.eventType,
        event.source, Data(event.payload),
      ])
      try statement.execute()
    }
  }

  /// The event of a row that starts with `columns`.
  static func event(in row: Row) throws -> StoredEvent {
    let payload = try row.bytes(at: 5)
    return StoredEvent(
      sequence: row[0],
      eventID: row[2],
      envelope: envelope(eventType: row[3], payload: payload),
      source: row[4],
      receivedAtMilliseconds: row[1],
      payload: payload
    )
  }

  /// Only bodies whose envelope could be read are accepted, so reading it again gives the same. Should a
  /// later version read more strictly, the event still has its type.
  private static func envelope(eventType: String, payload: [UInt8]) -> EventEnvelope {
    (try? EventEnvelope.read(payload)) ?? EventEnvelope(eventType: eventType, eventID: nil)
  }
}

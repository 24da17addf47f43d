internal import GRDB
internal import LinqEvents
internal import LinqhookInbox

// The one place that knows how an event lies in its row.

enum StoredEventRow {
  /// The columns in the order that `summary(in:)` reads them.
  static let summaryColumns = "e.sequence, e.received_at, e.event_id, e.event_type, e.source"

  static let summaryColumnCount = 5

  /// The columns in the order that `event(in:)` reads them.
  static let columns = "\(summaryColumns), e.payload"

  static let columnCount = 6

  /// What a row that starts with `summaryColumns` says of its event.
  static func summary(in row: Row) -> EventSummary {
    EventSummary(
      sequence: row[0],
      eventID: row[2],
      eventType: row[3],
      source: row[4],
      receivedAtMilliseconds: row[1]
    )
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

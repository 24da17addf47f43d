internal import LinqEvents
internal import LinqhookInbox
internal import PostgreSQL

/// How a deferred delivery is read from its row, without its outbox.
enum DeferredRow {
  static let columns = "d.seq, d.state, d.lane, d.attempts, d.first_attempt_at, d.due_at, d.last_error"
  static let columnCount = 7

  /// The delivery of a row that has `columns` from this position on.
  static func delivery(_ rows: PostgreSQLResult, _ row: Int, at offset: Int) throws -> DeferredDelivery {
    DeferredDelivery(
      sequence: try rows.int(row, offset),
      state: try state(rows.int(row, offset + 1)),
      lane: try rows.string(row, offset + 2),
      attempts: Int(try rows.int(row, offset + 3)),
      firstAttemptAtMilliseconds: try rows.intIfPresent(row, offset + 4),
      dueAtMilliseconds: try rows.int(row, offset + 5),
      lastError: try rows.stringIfPresent(row, offset + 6)
    )
  }

  /// Those below 2 are held, 2 is dead, those above are settled.
  static func code(_ state: DeferredDelivery.State) -> Int16 {
    switch state {
    case .waiting: 0
    case .retrying: 1
    case .dead: 2
    case .delivered: 3
    case .skipped: 4
    }
  }

  private static func state(_ code: Int64) throws -> DeferredDelivery.State {
    switch code {
    case 0: .waiting
    case 1: .retrying
    case 2: .dead
    case 3: .delivered
    case 4: .skipped
    default:
      throw InboxError(
        .damaged,
        "A delivery in the shared inbox has the state \(code), which linqhook does not know."
      )
    }
  }
}

/// How an event lies in its row.
enum EventRow {
  /// What a list needs of an event.
  static let summaryColumns = "e.seq, e.received_at, e.event_id, e.event_type, e.source"
  static let summaryColumnCount = 5
  static let columns = "\(summaryColumns), e.payload"
  static let columnCount = 6

  static func summary(_ rows: PostgreSQLResult, _ row: Int, at offset: Int = 0) throws -> EventSummary {
    EventSummary(
      sequence: try rows.int(row, offset),
      eventID: try rows.string(row, offset + 2),
      eventType: try rows.string(row, offset + 3),
      source: try rows.stringIfPresent(row, offset + 4),
      receivedAtMilliseconds: try rows.int(row, offset + 1)
    )
  }

  static func event(_ rows: PostgreSQLResult, _ row: Int, at offset: Int = 0) throws -> StoredEvent {
    let payload = try rows.bytes(row, offset + 5)
    let type = try rows.string(row, offset + 3)
    return StoredEvent(
      sequence: try rows.int(row, offset),
      eventID: try rows.string(row, offset + 2),
      // Only bodies whose envelope could be read are accepted, so reading it again gives the same.
      envelope: (try? EventEnvelope.read(payload)) ?? EventEnvelope(eventType: type, eventID: nil),
      source: try rows.stringIfPresent(row, offset + 4),
      receivedAtMilliseconds: try rows.int(row, offset + 1),
      payload: payload
    )
  }
}

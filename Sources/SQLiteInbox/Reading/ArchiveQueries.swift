internal import GRDB
internal import LinqEvents
internal import LinqhookInbox

/// What people read: events with the state of their deliveries.
struct ArchiveQueries {
  private struct Handler {
    let id: Int64
    let name: String
    let cursor: Int64
    let isAttached: Bool
  }

  private let db: Database
  private let handlers: [Handler]

  init(_ db: Database) throws {
    self.db = db
    handlers = try Row.fetchAll(db, sql: "SELECT id, name, cursor, is_attached FROM handler ORDER BY id").map
    {
      Handler(id: $0[0], name: $0[1], cursor: $0[2], isAttached: $0[3])
    }
  }

  private func judges(_ name: String?) throws -> [Handler] {
    guard let name else { return handlers.filter(\.isAttached) }
    guard let handler = handlers.first(where: { $0.name == name }) else {
      throw InboxError.unknownHandler(name)
    }
    return [handler]
  }

  func list(_ query: EventQuery) throws -> [ListedEvent] {
    let judges = try judges(query.handler)
    let (condition, arguments) = candidates(query, judges)
    let order = query.afterSequence > 0 ? "ASC" : "DESC"
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT sequence, event_type FROM event WHERE \(condition) ORDER BY sequence \(order)",
      arguments: arguments
    )
    var sequences: [Int64] = []
    while sequences.count < query.limit, let row = try rows.next() {
      let sequence: Int64 = row[0]
      if let type = query.type, !type.matches(row[1] as String) { continue }
      if let state = query.state, try deliveries(sequence, judges).state != state { continue }
      sequences.append(sequence)
    }
    // One by one: no two payloads are in memory at once.
    return try sequences.sorted().compactMap { try archived($0).map(ListedEvent.init) }
  }

  /// A condition that holds for all events asked for and, by the indexes, for few others.
  private func candidates(_ query: EventQuery, _ judges: [Handler]) -> (String, StatementArguments) {
    var condition = "sequence > ? AND sequence < ? AND received_at >= ?"
    var arguments: StatementArguments = [
      query.afterSequence, query.beforeSequence ?? .max, query.sinceMilliseconds ?? .min,
    ]
    let identifiers = judges.map { String($0.id) }.joined(separator: ",")
    let cursor = judges.map(\.cursor).min() ?? .max
    func deferred(_ states: String) -> String {
      "SELECT sequence FROM deferred WHERE state \(states) AND handler IN (\(identifiers))"
    }
    switch query.state {
    case .dead:
      condition += " AND sequence IN (\(deferred("= 2")))"
    case .pending:
      condition += " AND (sequence > ? OR sequence IN (\(deferred("< 2"))))"
      arguments += [cursor]
    case .delivered:
      condition += " AND (sequence <= ? OR sequence IN (\(deferred("> 2"))))"
      arguments += [cursor]
    case nil:
      break
    }
    return (condition, arguments)
  }

  /// The event with what every attached handler did with it.
  private func archived(_ sequence: Int64) throws -> ArchivedEvent? {
    guard let event = try LedgerQueries.event(sequence: sequence, db: db) else { return nil }
    let (deliveries, state) = try deliveries(sequence, handlers.filter(\.isAttached))
    return ArchivedEvent(event: event, state: state, deliveries: deliveries)
  }

  private func deliveries(
    _ sequence: Int64,
    _ judges: [Handler]
  ) throws -> (deliveries: [ArchivedEvent.Delivery], state: EventQuery.State) {
    let statement = try db.cachedStatement(
      sql: "SELECT \(DeferredRow.columns), d.handler FROM deferred d WHERE d.sequence = ?"
    )
    var rows: [Int64: DeferredDelivery] = [:]
    for row in try Row.fetchAll(statement, arguments: [sequence]) {
      rows[row[7]] = DeferredRow.delivery(in: row, at: 0)
    }
    let deliveries = judges.map { handler in
      ArchivedEvent.Delivery(
        handler: handler.name,
        sequence: sequence,
        cursor: handler.cursor,
        deferred: rows[handler.id]
      )
    }
    return (deliveries, EventQuery.State(of: deliveries))
  }

  /// Looks an id up among the fingerprints. Only events whose ids were evicted are searched by reading.
  func find(eventID: String, key: FingerprintKey) throws -> [ArchivedEvent] {
    let fingerprint = key.fingerprint(of: eventID)
    let (found, covered) = try IdentityRows.sequences(of: fingerprint, key: key, db: db)
    var sequences = found
    let statement = try db.cachedStatement(
      sql: "SELECT sequence FROM event WHERE sequence BETWEEN ? AND ? AND event_id = ?"
    )
    var start: Int64 = 0
    for range in covered + [.max...(.max)] {
      if start < range.lowerBound {
        sequences += try Int64.fetchAll(statement, arguments: [start, range.lowerBound - 1, eventID])
      }
      start = max(start, range.upperBound == .max ? .max : range.upperBound + 1)
    }
    return try sequences.sorted().compactMap(archived).filter { $0.event.eventID == eventID }
  }

  func deadLetters(
    handler: String?,
    limit: Int
  ) throws -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)] {
    let judges = handler == nil ? handlers : try judges(handler)
    let names = Dictionary(uniqueKeysWithValues: judges.map { ($0.id, $0.name) })
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT \(StoredEventRow.summaryColumns), \(DeferredRow.columns), d.handler
        FROM deferred d JOIN event e ON e.sequence = d.sequence
        WHERE d.state = 2 AND d.handler IN (\(names.keys.map(String.init).joined(separator: ",")))
        ORDER BY d.sequence, d.handler LIMIT ?
        """,
      arguments: [limit]
    )
    return rows.map { row in
      let offset = StoredEventRow.summaryColumnCount
      return (
        names[row[offset + 7]] ?? "", DeferredRow.delivery(in: row, at: offset),
        StoredEventRow.summary(in: row)
      )
    }
  }
}

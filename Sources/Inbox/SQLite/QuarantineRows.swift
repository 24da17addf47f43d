internal import Foundation
internal import GRDB

/// How refused requests lie in their rows. Header fields are JSON: they are read by people, seldom.
enum QuarantineRows {
  private static let columns = "number, received_at, reason, detail, remote, path, query, headers, body"

  /// Keeps a request if the ring takes it, and removes those that it displaces.
  static func admit(_ request: RefusedRequest, to ring: inout QuarantineRing, db: Database) throws -> Bool {
    guard let admission = ring.admit(request) else { return false }
    try delete(admission.displaced, from: db)
    try insert(request, number: admission.number, into: db)
    return true
  }

  private static func insert(_ request: RefusedRequest, number: Int64, into db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO quarantine
        (number, received_at, reason, size, detail, remote, path, query, headers, body)
        VALUES (?,?,?,?,?,?,?,?,?,?)
        """
    ).execute(arguments: [
      number, request.receivedAtMilliseconds, request.reason.rawValue, request.size, request.detail,
      request.remote, request.path, request.query, try JSONEncoder().encode(request.headers),
      Data(request.body),
    ])
  }

  /// Removes what the operator is done with; returns how many there were. The highest number so far is noted,
  /// as no row may be left that tells it: a number never stands for two requests.
  static func remove(_ numbers: [Int64], from ring: inout QuarantineRing, db: Database) throws -> Int {
    let known = numbers.filter { ring.remove($0) }
    guard !known.isEmpty else { return 0 }
    try delete(known, from: db)
    try db.execute(
      sql: "INSERT OR REPLACE INTO meta VALUES ('quarantine_number', ?)",
      arguments: [ring.lastNumber]
    )
    return known.count
  }

  private static func delete(_ numbers: [Int64], from db: Database) throws {
    let statement = try db.cachedStatement(sql: "DELETE FROM quarantine WHERE number = ?")
    for number in numbers { try statement.execute(arguments: [number]) }
  }

  static func loadRing(_ db: Database, configuration: InboxConfiguration) throws -> QuarantineRing {
    var ring = QuarantineRing(
      entriesMax: configuration.quarantineEntriesMax,
      bytesMax: configuration.quarantineBytesMax
    )
    let last = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'quarantine_number'")
    ring.resume(after: last ?? 0)
    let rows = try Row.fetchCursor(db, sql: "SELECT number, reason, size FROM quarantine ORDER BY number")
    while let row = try rows.next() {
      let reason: String = row[1]
      ring.restore(
        number: row[0],
        isForged: reason == RefusalReason.invalidSignature.rawValue,
        size: row[2]
      )
    }
    return ring
  }

  static func list(after number: Int64, limit: Int, db: Database) throws -> [RefusedRequest] {
    try Row.fetchAll(
      db,
      sql: "SELECT \(columns) FROM quarantine WHERE number > ? ORDER BY number LIMIT ?",
      arguments: [number, limit]
    ).map(request(in:))
  }

  static func one(_ number: Int64, db: Database) throws -> RefusedRequest? {
    try Row.fetchOne(db, sql: "SELECT \(columns) FROM quarantine WHERE number = ?", arguments: [number])
      .map(request(in:))
  }

  private static func request(in row: Row) throws -> RefusedRequest {
    RefusedRequest(
      number: row[0],
      receivedAtMilliseconds: row[1],
      reason: RefusalReason(rawValue: row[2]) ?? .unusableEvent,
      detail: row[3],
      remote: row[4],
      path: row[5],
      query: row[6],
      headers: try JSONDecoder().decode([RefusedRequest.Field].self, from: row[7]),
      body: try row.bytes(at: 8)
    )
  }
}

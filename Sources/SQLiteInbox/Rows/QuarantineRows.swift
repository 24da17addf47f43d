internal import Foundation
internal import GRDB
internal import LinqhookInbox

/// How refused requests lie in their rows: the request in one, what is counted and compared in another. Header
/// fields are JSON: they are read by people, seldom.
enum QuarantineRows {
  /// Keeps a request if the ring takes it, and removes those that it displaces; counts it where an equal one is kept.
  static func admit(_ refused: RefusedRequest, to ring: inout QuarantineRing, db: Database) throws -> Bool {
    let request = refused.request
    switch ring.admit(request, digest: refused.digest) {
    case .kept(let number, let displaced):
      try delete(displaced, from: db)
      try insert(request, digest: refused.digest, number: number, into: db)
      return true
    case .repeated(let number):
      try count(request, as: number, db: db)
      return true
    case nil:
      return false
    }
  }

  private static func insert(
    _ request: QuarantinedRequest,
    digest: Fingerprint,
    number: Int64,
    into db: Database
  ) throws {
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
    var digestBytes: [UInt8] = []
    digest.append(to: &digestBytes)
    try db.cachedStatement(
      sql: """
        INSERT INTO quarantine_entry (number, class, client, size, digest, seen, last_seen_at)
        VALUES (?,?,?,?,?,1,?)
        """
    ).execute(arguments: [
      number, request.quarantineClass.rawValue, request.client, request.size, bytesValue(digestBytes),
      request.receivedAtMilliseconds,
    ])
  }

  private static func count(_ request: QuarantinedRequest, as number: Int64, db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE quarantine_entry
        SET seen = seen + 1, last_seen_at = max(last_seen_at, ?), last_headers = ?
        WHERE number = ?
        """
    ).execute(arguments: [
      request.receivedAtMilliseconds, try JSONEncoder().encode(request.headers), number,
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
    let request = try db.cachedStatement(sql: "DELETE FROM quarantine WHERE number = ?")
    let entry = try db.cachedStatement(sql: "DELETE FROM quarantine_entry WHERE number = ?")
    for number in numbers {
      try request.execute(arguments: [number])
      try entry.execute(arguments: [number])
    }
  }

  static func loadRing(_ db: Database, limits: InboxLimits) throws -> QuarantineRing {
    var ring = QuarantineRing(
      maxEntries: limits.maxQuarantineEntries,
      maxBytes: limits.maxQuarantineBytes
    )
    let last = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'quarantine_number'")
    ring.resume(after: last ?? 0)
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT number, class, client, size, digest FROM quarantine_entry ORDER BY number"
    )
    while let row = try rows.next() {
      let digest = try row.optionalBytes(at: 4)
      ring.restore(
        QuarantineRing.Entry(
          number: row[0],
          quarantineClass: QuarantineClass(rawValue: row[1]) ?? .unsigned,
          client: row[2],
          size: row[3],
          digest: digest?.count == Fingerprint.byteCount ? digest.map { Fingerprint($0.span) } : nil
        )
      )
    }
    return ring
  }
}

// MARK: - Reading

extension QuarantineRows {
  static func list(after number: Int64, limit: Int, db: Database) throws -> [QuarantinedRequest] {
    try Row.fetchAll(
      db,
      sql: try selection(db) + " WHERE q.number > ? ORDER BY q.number LIMIT ?",
      arguments: [number, limit]
    ).map(request(in:))
  }

  static func one(_ number: Int64, db: Database) throws -> QuarantinedRequest? {
    try Row.fetchOne(db, sql: try selection(db) + " WHERE q.number = ?", arguments: [number])
      .map(request(in:))
  }

  /// A file of an older version is read as it is.
  private static func selection(_ db: Database) throws -> String {
    let columns = "q.number, q.received_at, q.reason, q.detail, q.remote, q.path, q.query, q.headers, q.body"
    guard try db.tableExists("quarantine_entry") else {
      return "SELECT \(columns), 0, q.remote, 1, q.received_at, NULL FROM quarantine q"
    }
    return """
      SELECT \(columns), e.class, e.client, e.seen, e.last_seen_at, e.last_headers
      FROM quarantine q JOIN quarantine_entry e ON e.number = q.number
      """
  }

  private static func request(in row: Row) throws -> QuarantinedRequest {
    let headers = try fields(row[7])
    var request = QuarantinedRequest(
      number: row[0],
      receivedAtMilliseconds: row[1],
      reason: RefusalReason(rawValue: row[2]) ?? .unusableEvent,
      detail: row[3],
      quarantineClass: QuarantineClass(rawValue: row[9]) ?? .unsigned,
      remote: row[4],
      client: row[10],
      path: row[5],
      query: row[6],
      headers: headers,
      body: try row.bytes(at: 8)
    )
    request.seenCount = row[11]
    request.lastSeenAtMilliseconds = row[12]
    let lastHeaders: Data? = row[13]
    request.lastHeaders = try lastHeaders.map(fields)
    if request.lastHeaders == headers { request.lastHeaders = nil }
    return request
  }

  private static func fields(_ json: Data) throws -> [QuarantinedRequest.Field] {
    try JSONDecoder().decode([QuarantinedRequest.Field].self, from: json)
  }
}

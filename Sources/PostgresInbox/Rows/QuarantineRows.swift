internal import Foundation
internal import LinqhookInbox
internal import PostgreSQL

// Refused requests. The ring in memory says which of them are kept; it is read again when another receiver has changed
// the table since.

extension PostgresCore {
  private static let take = PostgreSQLStatement(
    "take_quarantine",
    "SELECT quarantine_version, quarantine_last FROM head FOR UPDATE"
  )
  private static let bump = PostgreSQLStatement(
    "bump_quarantine",
    "UPDATE head SET quarantine_version = $1::bigint, quarantine_last = $2::bigint"
  )
  private static let entries = PostgreSQLStatement(
    "quarantine_entries",
    "SELECT number, class, client, size, digest FROM quarantine ORDER BY number"
  )
  private static let delete = PostgreSQLStatement(
    "quarantine_delete",
    "DELETE FROM quarantine WHERE number = ANY($1::bigint[])"
  )
  private static let insert = PostgreSQLStatement(
    "quarantine_insert",
    """
    INSERT INTO quarantine
      (number, class, client, size, digest, last_seen_at, received_at, reason, detail, remote, path, query, headers, body)
    VALUES ($1::bigint, $2::smallint, $3::bytea, $4::bigint, $5::uuid, $6::bigint, $6::bigint, $7::text, $8::bytea,
      $9::bytea, $10::bytea, $11::bytea, $12::bytea, $13::bytea)
    """
  )
  private static let count = PostgreSQLStatement(
    "quarantine_count",
    """
    UPDATE quarantine SET seen = seen + 1, last_seen_at = greatest(last_seen_at, $2::bigint), last_headers = $3::bytea
    WHERE number = $1::bigint
    """
  )

  /// Keeps a request if the ring takes it; counts it where an equal one is kept.
  mutating func keep(_ refused: RefusedRequest, _ session: PostgreSQLSession) throws -> Bool {
    let request = refused.request
    try takeRing(session)
    switch ring.admit(request, digest: refused.digest) {
    case .kept(let number, let displaced):
      try delete(displaced, session)
      try insert(request, digest: refused.digest, number: number, session)
    case .repeated(let number):
      _ = try session.execute(
        Self.count,
        [
          .int8(number), .int8(request.receivedAtMilliseconds),
          .bytes(Array(try JSONEncoder().encode(request.headers))),
        ],
        timeout: storage.answerWithin
      )
    case nil:
      return false
    }
    try noteRing(session)
    return true
  }

  /// Removes what the operator is done with; returns how many there were.
  mutating func removeQuarantined(_ numbers: [Int64]) throws(InboxError) -> Int {
    try commit { core, session in
      try core.takeRing(session)
      let known = numbers.filter { core.ring.remove($0) }
      if !known.isEmpty {
        try core.delete(known, session)
        try core.noteRing(session)
      }
      let count = core.ring.count
      core.board.update { $0.quarantineEntries = count }
      return known.count
    }
  }

  private mutating func takeRing(_ session: PostgreSQLSession) throws {
    let row = try session.execute(Self.take, timeout: storage.answerWithin)
    let version = try row.int(0, 0)
    guard version != quarantineVersion else { return }
    ring = QuarantineRing(maxEntries: limits.maxQuarantineEntries, maxBytes: limits.maxQuarantineBytes)
    ring.resume(after: try row.int(0, 1))
    let rows = try session.execute(Self.entries, timeout: storage.answerWithin)
    for row in 0..<rows.rowCount {
      ring.restore(
        QuarantineRing.Entry(
          number: try rows.int(row, 0),
          quarantineClass: QuarantineClass(rawValue: Int(try rows.int(row, 1))) ?? .unsigned,
          client: try rows.string(row, 2),
          size: Int(try rows.int(row, 3)),
          digest: rows.isNull(row, 4) ? nil : Fingerprint(try rows.uuid(row, 4))
        )
      )
    }
    quarantineVersion = version
  }

  private mutating func noteRing(_ session: PostgreSQLSession) throws {
    quarantineVersion += 1
    _ = try session.execute(
      Self.bump,
      [.int8(quarantineVersion), .int8(ring.lastNumber)],
      timeout: storage.answerWithin
    )
  }

  private func delete(_ numbers: [Int64], _ session: PostgreSQLSession) throws {
    guard !numbers.isEmpty else { return }
    _ = try session.execute(Self.delete, [.int8s(numbers)], timeout: storage.answerWithin)
  }

  private func insert(
    _ request: QuarantinedRequest,
    digest: Fingerprint,
    number: Int64,
    _ session: PostgreSQLSession
  ) throws {
    _ = try session.execute(
      Self.insert,
      [
        .int8(number), .int2(Int16(request.quarantineClass.rawValue)), .string(request.client),
        .int8(Int64(request.size)), .uuid(high: digest.high, low: digest.low),
        .int8(request.receivedAtMilliseconds),
        .text(request.reason.rawValue), .string(request.detail), .string(request.remote),
        .string(request.path),
        .string(request.query), .bytes(Array(try JSONEncoder().encode(request.headers))),
        .bytes(request.body),
      ],
      timeout: storage.answerWithin
    )
  }
}

/// How a refused request is read from its row.
enum QuarantineRow {
  static let columns = """
    number, received_at, reason, detail, class, remote, client, path, query, headers, body, seen, last_seen_at, last_headers
    """

  static func request(_ rows: PostgreSQLResult, _ row: Int) throws -> QuarantinedRequest {
    let headers = try fields(rows.bytes(row, 9))
    var request = QuarantinedRequest(
      number: try rows.int(row, 0),
      receivedAtMilliseconds: try rows.int(row, 1),
      reason: RefusalReason(rawValue: try rows.text(row, 2)) ?? .unusableEvent,
      detail: try rows.string(row, 3),
      quarantineClass: QuarantineClass(rawValue: Int(try rows.int(row, 4))) ?? .unsigned,
      remote: try rows.string(row, 5),
      client: try rows.string(row, 6),
      path: try rows.string(row, 7),
      query: try rows.stringIfPresent(row, 8),
      headers: headers,
      body: try rows.bytes(row, 10)
    )
    request.seenCount = Int(try rows.int(row, 11))
    request.lastSeenAtMilliseconds = try rows.int(row, 12)
    request.lastHeaders = try rows.bytesIfPresent(row, 13).map(fields)
    if request.lastHeaders == headers { request.lastHeaders = nil }
    return request
  }

  private static func fields(_ json: [UInt8]) throws -> [QuarantinedRequest.Field] {
    try JSONDecoder().decode([QuarantinedRequest.Field].self, from: Data(json))
  }
}

extension Fingerprint {
  init(_ uuid: (high: UInt64, low: UInt64)) { self.init(high: uuid.high, low: uuid.low) }
}

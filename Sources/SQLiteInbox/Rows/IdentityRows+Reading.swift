internal import GRDB
internal import LinqhookInbox

extension IdentityRows {
  /// Reads what the store remembers: the rows and the index, in one pass.
  static func load(
    _ db: Database,
    maxEntries: Int
  ) throws -> (rows: IdentityRows, index: IdentityIndex) {
    let size = try Int.fetchOne(db, sql: "SELECT sum(length(fingerprints)) FROM id_batch") ?? 0
    var index = IdentityIndex(minimumCapacity: size / Fingerprint.byteCount)
    let rows = try GRDB.Row.fetchCursor(db, sql: "SELECT place, fingerprints FROM id_batch")
    while let row = try rows.next() {
      let kind = IdentityPlace(rowID: row[0]).kind
      let bytes = try row.bytes(at: 1)
      for entry in 0..<bytes.count / Fingerprint.byteCount {
        index.insert(Fingerprint(bytes.span, at: entry * Fingerprint.byteCount), kind)
      }
    }
    let identities = IdentityRows(
      scopes: try ScopeRows.load(db),
      forgotten: try ForgottenEarly.load(db),
      maxEntries: maxEntries
    )
    return (identities, index)
  }

  /// The sequences of the ids that have this fingerprint in any scope, and the ranges of sequences whose ids are known.
  /// Reads files of older versions too, whose rows have no gaps and are in the shared scope.
  static func sequences(
    of fingerprint: Fingerprint,
    key: FingerprintKey,
    db: Database
  ) throws -> (found: [Int64], covered: [ClosedRange<Int64>]) {
    let scopeCount = try db.tableExists("id_scope") ? ScopeRows.load(db).all.count : 1
    let wanted = Set((0..<scopeCount).map { fingerprint ^ key.mask(ofScope: $0) })
    var found: [Int64] = []
    var covered: [ClosedRange<Int64>] = []
    let rows = try GRDB.Row.fetchCursor(db, sql: "SELECT rowid AS place_of_row, * FROM id_batch")
    while let row = try rows.next() {
      let first = IdentityPlace(rowID: row["place_of_row"]).firstSequence
      let fingerprints = fingerprints(
        in: try row.withUnsafeData(named: "fingerprints") { $0.map { [UInt8]($0) } ?? [] }
      )
      guard !fingerprints.isEmpty else { continue }
      let gaps =
        row.hasColumn("gaps") ? try row.withUnsafeData(named: "gaps") { $0.map { [UInt8]($0) } } : nil
      let sequences = IdentityRow.sequences(from: first, count: fingerprints.count, gaps: gaps)
      cover(sequences, hasGaps: gaps != nil, in: &covered)
      for (sequence, known) in zip(sequences, fingerprints) where wanted.contains(known) {
        found.append(sequence)
      }
    }
    return (found.sorted(), covered.sorted { $0.lowerBound < $1.lowerBound })
  }

  private static func cover(_ sequences: [Int64], hasGaps: Bool, in covered: inout [ClosedRange<Int64>]) {
    guard let first = sequences.first, let last = sequences.last else { return }
    if !hasGaps { return covered.append(first...last) }
    var start = first
    for (one, next) in zip(sequences, sequences.dropFirst()) where next > one + 1 {
      covered.append(start...one)
      start = next
    }
    covered.append(start...last)
  }
}

/// The rows of `id_scope`: the scopes of ids in the order of their numbers.
enum ScopeRows {
  static func load(_ db: Database) throws -> IdentityScopes {
    let rows = try Row.fetchAll(db, sql: "SELECT path, horizon, prints FROM id_scope ORDER BY number")
    return IdentityScopes(
      try rows.map { row in
        IdentityScopes.Scope(
          path: row[0],
          prints: Set(IdentityRows.fingerprints(in: try row.bytes(at: 2))),
          horizonMilliseconds: row[1]
        )
      }
    )
  }

  /// Writes the scopes of these numbers.
  static func write(_ numbers: [Int], of scopes: IdentityScopes, db: Database) throws {
    for number in numbers {
      let scope = scopes.all[number]
      var prints: [UInt8] = []
      for print in scope.prints { print.append(to: &prints) }
      try db.execute(
        sql: "INSERT OR REPLACE INTO id_scope (number, path, horizon, prints) VALUES (?,?,?,?)",
        arguments: [number, scope.path, scope.horizonMilliseconds, bytesValue(prints)]
      )
    }
  }
}

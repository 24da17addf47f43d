internal import LinqhookInbox
internal import PostgreSQL

extension PostgresCore {
  private static let select = PostgreSQLStatement(
    "scopes",
    "SELECT number, path, prints, horizon FROM scope ORDER BY number"
  )
  private static let write = PostgreSQLStatement(
    "write_scope",
    """
    INSERT INTO scope (number, path, prints) VALUES ($1::integer, $2::bytea, $3::bytea)
    ON CONFLICT (number) DO UPDATE SET path = excluded.path, prints = excluded.prints
    """
  )
  private static let bump = PostgreSQLStatement(
    "bump_scopes",
    "UPDATE head SET scopes_version = scopes_version + 1 RETURNING scopes_version"
  )

  /// Reads the scopes as they are stored, and who looks where by the endpoints of this receiver.
  mutating func loadScopes(_ session: PostgreSQLSession) throws {
    let rows = try session.execute(Self.select, timeout: storage.answerWithin)
    scopes = IdentityScopes(
      try (0..<rows.rowCount).map { row in
        let prints = try rows.bytes(row, 2)
        return IdentityScopes.Scope(
          path: try rows.string(row, 1),
          prints: Set(
            (0..<prints.count / Fingerprint.byteCount).map {
              Fingerprint(prints.span, at: $0 * Fingerprint.byteCount)
            }
          ),
          horizonMilliseconds: try rows.int(row, 3)
        )
      }
    )
    if let endpoints { try declare(endpoints, session) }
    for number in masks.count..<max(masks.count, scopes.all.count) { masks.append(key.mask(ofScope: number)) }
  }

  /// Takes these for the endpoints that there are, and writes what is new of them.
  mutating func separateIDs(by declared: [IdentityScopes.Endpoint]) throws(InboxError) {
    endpoints = declared
    scopesVersion = -1
    nextIDCheckMilliseconds = nil
    try commit { core, session in
      let head = try core.takeHead(session)
      core.publish(head)
    }
  }

  private mutating func declare(_ endpoints: [IdentityScopes.Endpoint], _ session: PostgreSQLSession) throws {
    let changed = scopes.declare(endpoints)
    for number in changed {
      let scope = scopes.all[number]
      var prints: [UInt8] = []
      for print in scope.prints { print.append(to: &prints) }
      _ = try session.execute(
        Self.write,
        [.int4(Int32(number)), .bytes(Array(scope.path.utf8)), .bytes(prints)],
        timeout: storage.answerWithin
      )
    }
    guard !changed.isEmpty else { return }
    _ = try session.execute(Self.bump, timeout: storage.answerWithin)
  }
}

extension PostgreSQLResult {
  /// Text that lies in `bytea`.
  func string(_ row: Int, _ column: Int) throws(PostgreSQLError) -> String {
    String(decoding: try bytes(row, column), as: UTF8.self)
  }

  /// Text that lies in `bytea`, nil where it is null.
  func stringIfPresent(_ row: Int, _ column: Int) throws(PostgreSQLError) -> String? {
    isNull(row, column) ? nil : try string(row, column)
  }
}

extension PostgreSQLValue {
  /// Text for a `bytea`.
  static func string(_ text: String?) -> PostgreSQLValue { text.map { .bytes(Array($0.utf8)) } ?? .null }

  /// A number, or null.
  static func number(_ number: Int64?) -> PostgreSQLValue { number.map { .int8($0) } ?? .null }

  /// Bytes, or null.
  static func data(_ bytes: [UInt8]?) -> PostgreSQLValue { bytes.map { .bytes($0) } ?? .null }
}

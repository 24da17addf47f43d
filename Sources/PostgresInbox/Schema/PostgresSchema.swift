internal import LinqhookAuthentication
internal import LinqhookInbox
internal import PostgreSQL

/// The tables of a shared inbox, and the way from one version of them to the next.
///
/// Text that a sender chose lies in `bytea`: PostgreSQL's `text` cannot hold the character U+0000, and JSON can.
enum PostgresSchema {
  static let newestVersion: Int64 = 1
  private static let timeout = Duration.seconds(60)

  /// Makes the tables where there are none, or brings them to the newest version. Receivers that start at once do it
  /// one after the other.
  static func migrate(_ session: PostgreSQLSession, schema: String) throws {
    let name = #""\#(schema.replacing("\"", with: "\"\""))""#
    try session.transaction(timeout: timeout) { session in
      try session.run(
        "SELECT pg_advisory_xact_lock(hashtext('linqhook'), hashtext('\(literal(schema))'))",
        timeout: timeout
      )
      if try !exists(session, schema: schema) {
        try session.run("CREATE SCHEMA IF NOT EXISTS \(name);" + PostgresTables.version1, timeout: timeout)
        _ = try session.execute(
          PostgreSQLStatement(
            "make_head",
            "INSERT INTO head (schema_version, fingerprint_key) VALUES ($1::bigint, $2::bytea)"
          ),
          [.int8(newestVersion), .bytes(try SecureRandom.bytes(count: FingerprintKey.byteCount))],
          timeout: timeout
        )
        _ = try session.execute(
          PostgreSQLStatement("make_scope", "INSERT INTO scope (number, path, prints) VALUES (0, '', '')"),
          timeout: timeout
        )
      }
    }
    try checkVersion(session)
  }

  private static func exists(_ session: PostgreSQLSession, schema: String) throws -> Bool {
    let found = try session.execute(
      PostgreSQLStatement(
        "has_tables",
        "SELECT 1 FROM information_schema.tables WHERE table_schema = convert_from($1::bytea, 'UTF8') AND table_name = 'head'"
      ),
      [.bytes(Array(schema.utf8))],
      timeout: timeout
    )
    return found.rowCount > 0
  }

  private static func checkVersion(_ session: PostgreSQLSession) throws {
    let head = try session.execute(
      PostgreSQLStatement("version", "SELECT schema_version FROM head"),
      timeout: timeout
    )
    guard head.rowCount == 1 else {
      throw InboxError(
        .damaged,
        "The schema of the inbox has lost its head row; restore the database from a backup."
      )
    }
    let version = try head.int(0, 0)
    guard version <= newestVersion else {
      throw InboxError(
        .newerVersion,
        "The shared inbox has version \(version), this linqhook knows \(newestVersion); install the newer release."
      )
    }
  }

  private static func literal(_ text: String) -> String { text.replacing("'", with: "''") }
}

/// A statement that a session prepares once, when it first executes it.
public struct PostgreSQLStatement: Sendable, Hashable {
  /// Its name in the session: one name, one statement.
  public let name: String
  /// Its text. Parameters are `$1`, `$2` and so on, each with its type: `$1::bigint`.
  public let sql: String

  /// A statement of this name and text.
  public init(_ name: String, _ sql: String) {
    self.name = name
    self.sql = sql
  }
}

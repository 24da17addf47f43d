private import CPostgreSQL

/// The answer to a statement. It belongs to the thread that asked.
@safe
public final class PostgreSQLResult {
  private let result: OpaquePointer
  /// What the server said beside it.
  public let notices: [PostgreSQLNotice]
  /// How many rows it has.
  public let rowCount: Int
  /// How many rows the statement wrote.
  public let affectedRows: Int

  /// Takes over a result of libpq.
  init(_ result: OpaquePointer, notices: [PostgreSQLNotice]) {
    unsafe self.result = unsafe result
    self.notices = notices
    rowCount = Int(unsafe PQntuples(result))
    affectedRows = unsafe Int(String(cString: PQcmdTuples(result))) ?? 0
  }

  deinit { unsafe PQclear(result) }

  /// What the server did, as in `COMMIT` or `INSERT 0 1`.
  var commandTag: String { unsafe String(cString: PQcmdStatus(result)) }

  /// Whether a value is `NULL`.
  public func isNull(_ row: Int, _ column: Int) -> Bool {
    unsafe PQgetisnull(result, Int32(row), Int32(column)) == 1
  }

  /// A `bytea`, or the bytes of any other type as they were sent.
  public func bytes(_ row: Int, _ column: Int) throws(PostgreSQLError) -> [UInt8] {
    guard row < rowCount, unsafe PQnfields(result) > Int32(column), !isNull(row, column) else {
      throw PostgreSQLError(.badResult, "An answer has no value in row \(row), column \(column).")
    }
    let length = unsafe Int(PQgetlength(result, Int32(row), Int32(column)))
    guard length > 0, let start = unsafe PQgetvalue(result, Int32(row), Int32(column)) else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: length))
  }
}

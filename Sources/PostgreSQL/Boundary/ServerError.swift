import CPostgreSQL

/// What the server says of itself.
enum ServerError {
  /// The error that a result is; nil where it is none.
  static func of(_ result: OpaquePointer) -> PostgreSQLError? {
    switch unsafe PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY: return nil
    default:
      let notice = unsafe notice(in: result)
      return PostgreSQLError(
        .server(sqlState: notice.sqlState),
        "The database refused a statement: \(notice.message) (SQLSTATE \(notice.sqlState))."
      )
    }
  }

  /// Severity, SQLSTATE and first line. Details are left out: they may quote what was stored.
  static func notice(in result: OpaquePointer) -> PostgreSQLNotice {
    func field(_ code: Int32) -> String {
      unsafe PQresultErrorField(result, code).map { unsafe String(cString: $0) } ?? ""
    }
    return PostgreSQLNotice(
      severity: field(cpq_diag_severity),
      sqlState: field(cpq_diag_sqlstate),
      message: field(cpq_diag_primary)
    )
  }

  static func firstLine(_ text: String) -> String {
    text.split(separator: "\n").first.map { String($0) + "." } ?? "no reason was given."
  }

  static func lastLine(_ text: String) -> String {
    text.split(separator: "\n").last.map { $0.hasSuffix(".") ? String($0) : String($0) + "." }
      ?? "no reason was given."
  }
}

/// Where libpq leaves notices, instead of on standard error.
final class NoticeInbox {
  private(set) var notices: [PostgreSQLNotice] = []

  func clear() { notices = [] }

  /// Must live as long as the connection.
  func listen(to connection: OpaquePointer) {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe PQsetNoticeReceiver(
      connection,
      { context, result in
        guard let context = unsafe context, let result = unsafe result else { return }
        let inbox = unsafe Unmanaged<NoticeInbox>.fromOpaque(context).takeUnretainedValue()
        inbox.notices.append(unsafe ServerError.notice(in: result))
      },
      context
    )
  }
}

internal import GRDB
internal import LinqhookInbox

/// Looks whether a store is sound.
enum StoreCheck {
  /// Looks at the files before a start opens them: whether they belong together and, only where that cannot be told by
  /// their names or damage was found before, at every page. Nothing is written.
  static func beforeOpening(_ path: String, _ report: (InboxDiagnostic) -> Void) throws(InboxError) {
    let noted = HighWaterMark.Note(inboxPath: path)
    let agreement = try FileAgreement.of(path: path, markedStore: noted.store)
    guard agreement != .new else { return }
    var reason: String?
    if case .unproven(let why) = agreement { reason = why }
    if noted.isDamaged { reason = "The inbox was found damaged before." }
    guard let reason else { return }
    do {
      let connection = try Connection.reader(path: path)
      let seconds = try connection.writeWithoutTransaction { db in
        try ContinuousClock().measure { try pages(db, path: path) } / .seconds(1)
      }
      try connection.close()
      report(
        InboxDiagnostic(
          .pagesChecked,
          .warning,
          "\(reason) Every page of \(path) was looked at (\(Int(seconds.rounded(.up))) s); all are sound."
        )
      )
    } catch {
      throw InboxError(error, path: path)
    }
  }

  /// Throws where a page is not as it must be.
  static func pages(_ db: Database, path: String) throws {
    let verdict = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? ""
    guard verdict == "ok" else {
      let fault = verdict.split(separator: "\n").joined(separator: " ")
      throw InboxError(.damaged, "The inbox \(path) is damaged (\(fault)). \(FileAgreement.wayOut(path))")
    }
  }

  /// The mark names a store, and the store has a name: both are the same, or one of the two was exchanged.
  static func compare(_ noted: HighWaterMark.Note, store: String?, path: String) throws(InboxError) {
    guard let marked = noted.store, let store, marked != store else { return }
    throw InboxError(
      .mixedFiles,
      "The files of the inbox do not belong together: \(path).acknowledged is that of another store than "
        + "\(path). \(FileAgreement.wayOut(path))"
    )
  }
}

internal import GRDB
public import LinqhookInbox

extension StoreCare {
  /// Looks whether the inbox is sound: whether its files belong together, every page, and whether it has all that was
  /// acknowledged. Nothing is changed; a store that is in use stays so.
  ///
  /// - Parameter isRunning: whether a receiver has the inbox open.
  public static func check(inboxPath: String, isRunning: Bool) throws(InboxError) -> [Finding] {
    try StoreFolder.checkOwner(inboxPath)
    let path = StoreFolder.path(behind: inboxPath)
    let lock = try lock(path, isRunning: isRunning)
    defer { lock?.release() }
    var findings: [Finding] = []
    // The mark is read before the store: it only follows.
    let noted = HighWaterMark.Note(inboxPath: path)
    if !isRunning {
      do {
        findings.append(finding(of: try FileAgreement.of(path: path, markedStore: noted.store), path))
      } catch {
        // Whatever SQLite would read of such a pair means nothing.
        return [Finding(name: "files", isSound: false, detail: error.description)]
      }
    }
    do {
      let connection = try Connection.reader(path: path)
      findings += try connection.writeWithoutTransaction { db in try look(db, noted, path) }
      try connection.close()
    } catch {
      findings.append(
        Finding(name: "pages", isSound: false, detail: InboxError(error, path: path).description)
      )
    }
    if !isRunning { StoreCopying.tidy(path) }
    return findings
  }

  private static func finding(of agreement: FileAgreement, _ path: String) -> Finding {
    switch agreement {
    case .new: Finding(name: "files", isSound: false, detail: "There is no store in \(path) yet.")
    case .agreed: Finding(name: "files", isSound: true, detail: "\(path) and its log belong together")
    case .unproven(let why):
      Finding(name: "files", isSound: true, detail: "\(why) A start looks at every page.")
    }
  }

  private static func look(_ db: Database, _ noted: HighWaterMark.Note, _ path: String) throws -> [Finding] {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let faults = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter { $0 != "ok" }
    let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
    var findings = [
      Finding(
        name: "pages",
        isSound: faults.isEmpty,
        detail: faults.isEmpty ? "all \(pages) are sound" : faults.joined(separator: "; ")
      ),
      Finding(
        name: "version",
        isSound: true,
        detail:
          "\(version)\(version < Schema.newestVersion ? ", brought to \(Schema.newestVersion) by the next start" : "")"
      ),
    ]
    if noted.isDamaged {
      findings.append(Finding(name: "history", isSound: false, detail: "the receiver has met damaged pages"))
    }
    guard version > 0 else { return findings }
    findings.append(try acknowledged(db, noted))
    if version >= Schema.namedVersion { findings.append(identity(try Schema.storeName(db), noted, path)) }
    return findings
  }

  private static func acknowledged(_ db: Database, _ noted: HighWaterMark.Note) throws -> Finding {
    let stored = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM event") ?? 0
    let last = max(stored, try UnusedSequences.load(db)?.upperBound ?? 0)
    let events = try Int.fetchOne(db, sql: "SELECT count(*) FROM event") ?? 0
    return Finding(
      name: "acknowledged",
      isSound: noted.sequence <= last,
      detail: noted.sequence <= last
        ? "\(events) events, the newest is \(stored); none that was acknowledged is missing at the end"
        : "\(noted.sequence) events were acknowledged, the store ends at \(last)"
    )
  }

  private static func identity(_ store: String?, _ noted: HighWaterMark.Note, _ path: String) -> Finding {
    let isSame = noted.store == nil || noted.store == store
    return Finding(
      name: "identity",
      isSound: isSame,
      detail: isSame ? store ?? "unnamed" : "\(path).acknowledged is that of another store"
    )
  }
}

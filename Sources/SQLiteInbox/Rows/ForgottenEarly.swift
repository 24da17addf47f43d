internal import GRDB
internal import LinqhookInbox

/// What was forgotten for its number while Linq could still send it again: it moves the horizon when that is over.
///
/// One entry for each minute in which ids came: few, however many they were.
struct ForgottenEarly {
  private static let minute: Int64 = 60_000

  /// What was forgotten of the ids that came in one minute.
  struct Entry {
    let minute: Int64
    /// When the newest of them came.
    var receivedAtMilliseconds: Int64
    var createdUntilMilliseconds: Int64
  }

  private var byScope: [Int: [Entry]] = [:]

  init() {}

  /// Where ids were forgotten so.
  var scopes: [Int] { Array(byScope.keys) }

  /// Notes ids that are forgotten now.
  mutating func note(_ head: IdentityRows.Head, db: Database) throws {
    let scope = head.place.kind.scope
    let minute = head.receivedAtMilliseconds / Self.minute
    var entries = byScope[scope, default: []]
    let position = entries.lastIndex { $0.minute <= minute }
    var entry = Entry(
      minute: minute,
      receivedAtMilliseconds: head.receivedAtMilliseconds,
      createdUntilMilliseconds: head.createdUntilMilliseconds
    )
    if let position, entries[position].minute == minute {
      let known = entries[position]
      entry.receivedAtMilliseconds = max(entry.receivedAtMilliseconds, known.receivedAtMilliseconds)
      entry.createdUntilMilliseconds = max(entry.createdUntilMilliseconds, known.createdUntilMilliseconds)
      entries[position] = entry
    } else {
      entries.insert(entry, at: position.map { $0 + 1 } ?? 0)
    }
    byScope[scope] = entries
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO id_forgotten VALUES (?,?,?,?)").execute(arguments: [
      scope, minute, entry.receivedAtMilliseconds, entry.createdUntilMilliseconds,
    ])
  }

  /// Takes out what Linq does not repeat any more; gives the horizon that it leaves behind, for each scope.
  mutating func settle(
    _ scopes: [IdentityScopes.Scope],
    now: Int64,
    db: Database
  ) throws -> [(scope: Int, horizonMilliseconds: Int64)] {
    var settled: [(scope: Int, horizonMilliseconds: Int64)] = []
    for (scope, entries) in byScope {
      let due = entries.prefix {
        $0.receivedAtMilliseconds + scopes[scope].repeatWindowMilliseconds < now
      }
      guard let last = due.last else { continue }
      settled.append((scope, max(1, due.map(\.createdUntilMilliseconds).max() ?? 0)))
      byScope[scope] = due.count == entries.count ? nil : Array(entries.dropFirst(due.count))
      try db.execute(
        sql: "DELETE FROM id_forgotten WHERE scope = ? AND minute <= ?",
        arguments: [scope, last.minute]
      )
    }
    return settled
  }

  /// Reads what the store holds.
  static func load(_ db: Database) throws -> ForgottenEarly {
    var result = ForgottenEarly()
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT scope, minute, received_at, created_until FROM id_forgotten ORDER BY scope, minute"
    )
    while let row = try rows.next() {
      result.byScope[row[0], default: []].append(
        Entry(minute: row[1], receivedAtMilliseconds: row[2], createdUntilMilliseconds: row[3])
      )
    }
    return result
  }
}

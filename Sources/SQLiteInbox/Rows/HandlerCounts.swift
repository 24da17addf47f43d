internal import GRDB
internal import LinqhookInbox

/// Where the handlers stand, as figures in memory: enough to bound the backlog and to say what may be pruned
/// without asking the file. A value, so that a transaction that fails is undone by keeping the old one.
struct HandlerCounts {
  struct Handler {
    let id: Int64
    var cursor: Int64
    /// Deliveries that wait or are to be retried.
    var heldCount = 0
    var deadCount = 0
    var isAttached: Bool
  }

  private(set) var byName: [String: Handler] = [:]
  /// The lowest cursor of the attached handlers; nil where there are none.
  private(set) var lowestCursor: Int64?
  private var heldCount = 0
  /// Sequences that were handed out before an older copy of the store was put back, and are not handed out again.
  private(set) var unused: ClosedRange<Int64>?

  init(_ byName: [String: Handler] = [:], unused: ClosedRange<Int64>? = nil) {
    self.byName = byName
    self.unused = unused
    summarise()
  }

  subscript(name: String) -> Handler? {
    get { byName[name] }
    set {
      byName[name] = newValue
      summarise()
    }
  }

  private mutating func summarise() {
    let attached = byName.values.filter(\.isAttached)
    lowestCursor = attached.map(\.cursor).min()
    heldCount = attached.reduce(0) { $0 + $1.heldCount }
  }

  /// Events up to `lastSequence` that some attached handler has not settled: those after the lowest cursor,
  /// and one for each delivery that is held. With no handler attached nothing waits.
  func pendingEvents(lastSequence: Int64) -> Int {
    guard let lowestCursor else { return 0 }
    return Int(max(0, lastSequence - lowestCursor - unusedAfter(lowestCursor))) + heldCount
  }

  /// How many of the sequences after a cursor never come.
  private func unusedAfter(_ cursor: Int64) -> Int64 {
    guard let unused, cursor < unused.upperBound else { return 0 }
    return unused.upperBound - max(cursor, unused.lowerBound - 1)
  }

  var deadLetters: [String: Int] {
    byName.filter(\.value.isAttached).mapValues(\.deadCount)
  }

  /// The figures of the handlers that the file knows.
  static func load(_ db: Database) throws -> HandlerCounts {
    var byName: [String: Handler] = [:]
    var names: [Int64: String] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT id, name, cursor, is_attached FROM handler") {
      names[row[0]] = row[1]
      byName[row[1]] = Handler(id: row[0], cursor: row[2], isAttached: row[3])
    }
    let counts = try Row.fetchAll(
      db,
      sql: "SELECT handler, state, count(*) FROM deferred GROUP BY handler, state"
    )
    for row in counts {
      guard let name = names[row[0]] else { continue }
      switch Schema.state(row[1]) {
      case .waiting, .retrying: byName[name]?.heldCount += row[2]
      case .dead: byName[name]?.deadCount += row[2]
      case .delivered, .skipped: break
      }
    }
    return HandlerCounts(byName, unused: try UnusedSequences.load(db))
  }
}

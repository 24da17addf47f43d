internal import GRDB
internal import LinqhookInbox

/// All that the writer keeps in memory about the file except the index: a value that a transaction works on
/// as a copy and that is taken over when it has committed.
struct StoreState {
  var lastSequence: Int64
  /// The name of the store.
  var store: String?
  var identities: IdentityRows
  var handlers: HandlerCounts
  var ring: QuarantineRing
  /// Everything up to this sequence was looked at by pruning, and what was left must stay for now.
  var prunedThrough: Int64 = 0

  /// The highest sequence whose deliveries are settled by every attached handler, as far as cursors tell.
  /// The newest event always stays: its sequence is where numbering goes on after a restart.
  var settledThrough: Int64 {
    let newest = handlers.unused?.upperBound == lastSequence ? handlers.unused.map { $0.lowerBound - 1 } : nil
    return min(handlers.lowestCursor ?? lastSequence, (newest ?? lastSequence) - 1)
  }

  /// Whether there are settled events that pruning has not looked at since they changed.
  var mayPrune: Bool { prunedThrough < settledThrough }

  /// A delivery of this event changed: pruning looks at it again.
  mutating func reconsider(_ sequence: Int64) {
    prunedThrough = min(prunedThrough, sequence - 1)
  }

  /// Reads books and index from the file.
  static func load(
    _ db: Database,
    limits: InboxLimits
  ) throws -> (storeState: StoreState, index: IdentityIndex) {
    let identities = try IdentityRows.load(db, maxEntries: limits.maxDedupEntries)
    let handlers = try HandlerCounts.load(db)
    let last = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM event") ?? 0
    let storeState = StoreState(
      lastSequence: max(last, handlers.unused?.upperBound ?? 0),
      store: try Schema.storeName(db),
      identities: identities.rows,
      handlers: handlers,
      ring: try QuarantineRows.loadRing(db, limits: limits)
    )
    return (storeState, identities.index)
  }
}

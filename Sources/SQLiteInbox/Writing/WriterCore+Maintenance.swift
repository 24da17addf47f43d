internal import GRDB
internal import LinqhookInbox

// What keeps the store within its bounds: small steps that ride along with transactions, or run by
// themselves while nothing else waits.

extension WriterCore {
  private static let pruneLimit = 256

  /// The step of pruning that the next transaction takes along. When the store is over its limit it frees
  /// more than the transaction adds, whatever the age.
  func pruneStep(now: Int64, accepted: Int) -> PruneRows.Step? {
    if space.isOver {
      return PruneRows.Step(acceptedBeforeMilliseconds: .max, limit: Self.pruneLimit + 2 * accepted)
    }
    guard isPruningDue else { return nil }
    return PruneRows.Step(
      acceptedBeforeMilliseconds: now - limits.retentionMilliseconds,
      limit: Self.pruneLimit
    )
  }

  /// One small step of everything that depends on age; whether there is more to do.
  mutating func maintain() -> Bool {
    guard case .open = storage else { return false }
    isPruningDue = true
    let now = clock.nowMilliseconds
    let step = pruneStep(now: now, accepted: 0)
    let limits = evictionLimits(now: now, maxRows: 64)
    do throws(InboxError) {
      let (pruning, eviction) = try commit { db, storeState in
        let pruning = try PruneRows.step(step, storeState: &storeState, db: db)
        let eviction = try storeState.identities.evict(limits, db: db)
        return (pruning, eviction)
      }
      forget(eviction)
      reviewSpace(after: pruning, always: true)
      publishFigures { $0.count(eviction) }
      return pruning.hasMore || !eviction.removed.isEmpty
    } catch {
      publishFigures()
      return false
    }
  }

  /// Measures the store where that is due, and notes whether pruning has come to its end.
  mutating func reviewSpace(after pruning: PruneRows.Progress, accepted: Int = 0, always: Bool = false) {
    if !pruning.hasMore, !space.isOver { isPruningDue = false }
    guard always || space.mustMeasure, case .open(let connection) = storage else { return }
    // It may empty the log.
    defer { files.noteLengths() }
    guard var used = try? StoreSpace.measure(connection, path: location.path) else { return }
    // If only the log is what is too much it is copied into the file and cut.
    if used.pages < limits.maxBytes, used.sum >= limits.maxBytes, cutLog(connection) {
      used = (try? StoreSpace.measure(connection, path: location.path)) ?? used
    }
    space.update(bytes: used.sum, after: pruning, accepted: accepted)
  }

  /// Whether the log was cut. Fails while somebody reads; then the next measurement tries again.
  private mutating func cutLog(_ connection: DatabaseQueue) -> Bool {
    // One transaction with a name goes before, and the next one carries one, whatever became of this.
    log.mayBegin()
    defer { log.mayBegin() }
    return (try? commit { _, _ in }) != nil && (try? StoreSpace.cutLog(connection)) != nil
  }
}

extension InboxStatistics {
  /// Counts ids that left the index.
  mutating func count(_ eviction: Eviction) {
    dedupEvictionsByAge += eviction.byAge
    dedupEvictionsByCount += eviction.byCount
    dedupEarlyEvictions += eviction.early
  }
}

internal import GRDB

// What keeps the store within its bounds: small steps that ride along with transactions, or run by
// themselves while nothing else waits.

extension WriterCore {
  private static let pruneLimit = 256
  /// Twice as long as Linq goes on retrying: an id forgotten earlier may come again.
  private static let dedupWindowMillisecondsMin: Int64 = 50 * 60_000
  private static let complaintIntervalMilliseconds: Int64 = 10 * 60_000

  /// The step of pruning that the next transaction takes along. When the store is over its limit it frees
  /// more than the transaction adds, whatever the age.
  func pruneStep(now: Int64, accepted: Int) -> PruneRows.Step? {
    if space.isOver {
      return PruneRows.Step(acceptedBeforeMilliseconds: .max, limit: Self.pruneLimit + 2 * accepted)
    }
    guard isPruningDue else { return nil }
    return PruneRows.Step(
      acceptedBeforeMilliseconds: now - configuration.retentionMilliseconds,
      limit: Self.pruneLimit
    )
  }

  /// One small step of everything that depends on age; whether there is more to do.
  mutating func maintain() -> Bool {
    guard case .open = storage else { return false }
    isPruningDue = true
    let now = clock.nowMilliseconds
    let step = pruneStep(now: now, accepted: 0)
    let (count, limits) = (index.count, configuration)
    do throws(InboxError) {
      let (pruning, eviction) = try commit { db, books in
        let pruning = try PruneRows.step(step, books: &books, db: db)
        let eviction = try books.identities.evict(
          count: count,
          entriesMax: limits.dedupEntriesMax,
          receivedBeforeMilliseconds: now - limits.dedupWindowMilliseconds,
          rowsMax: 64,
          db: db
        )
        return (pruning, eviction)
      }
      forget(eviction)
      reviewSpace(after: pruning, always: true)
      publishFigures { $0.count(eviction) }
      return pruning.hasMore || !eviction.fingerprints.isEmpty
    } catch {
      publishFigures()
      return false
    }
  }

  /// Takes evicted ids out of the index, now that their rows are gone for good.
  mutating func forget(_ eviction: Eviction) {
    for fingerprint in eviction.fingerprints { index.remove(fingerprint) }
    guard let newest = eviction.newestByCountMilliseconds else { return }
    let now = clock.nowMilliseconds
    let age = max(0, now - newest)
    guard age < Self.dedupWindowMillisecondsMin else { return }
    if let last = complainedAtMilliseconds, now - last < Self.complaintIntervalMilliseconds { return }
    complainedAtMilliseconds = now
    report(
      InboxDiagnostic(
        .dedupWindowTooSmall,
        .alarm,
        "Ids are forgotten after \(age / 1000) seconds because there are more than "
          + "\(configuration.dedupEntriesMax); Linq retries for 25 minutes, so an event may be handled twice. "
          + "Raise inbox.dedup.max_entries."
      )
    )
  }

  /// Measures the store where that is due, and notes whether pruning has come to its end.
  mutating func reviewSpace(after pruning: PruneRows.Progress, accepted: Int = 0, always: Bool = false) {
    if !pruning.hasMore, !space.isOver { isPruningDue = false }
    guard always || space.mustMeasure, case .open(let connection) = storage else { return }
    // It may empty the log.
    defer { files.noteLengths() }
    guard
      let bytes = try? StoreSpace.measure(
        connection,
        path: configuration.path,
        bytesMax: configuration.bytesMax
      )
    else { return }
    space.update(bytes: bytes, after: pruning, accepted: accepted)
  }
}

extension InboxStatistics {
  /// Counts ids that left the index.
  mutating func count(_ eviction: Eviction) {
    dedupEvictionsByAge += eviction.byAge
    dedupEvictionsByCount += eviction.byCount
  }
}

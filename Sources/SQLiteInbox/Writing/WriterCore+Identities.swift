internal import GRDB
internal import LinqEvents
internal import LinqhookInbox

// What the writer knows of ids: where they stand, when they go, and what the operator hears of it.

extension WriterCore {
  /// Takes these for the endpoints that there are. Ids stay where they are; only who looks where changes.
  mutating func separateIDs(by declared: [IdentityScopes.Endpoint]) throws(InboxError) {
    var scopes = storeState.identities.scopes
    if scopes.declare(declared).isEmpty {
      storeState.identities.scopes = scopes
    } else {
      try commit { db, storeState in try storeState.separateIDs(by: declared, db: db) }
    }
    endpoints = declared
    makeMasks()
  }

  /// Makes the masks of scopes that have none yet.
  mutating func makeMasks() {
    for number in masks.count..<max(masks.count, storeState.identities.scopes.all.count) {
      masks.append(key.mask(ofScope: number))
    }
  }

  /// Takes evicted ids out of the index, now that their rows are gone for good.
  mutating func forget(_ eviction: Eviction) {
    for (fingerprint, kind) in eviction.removed { index.remove(fingerprint, kind) }
    guard eviction.early > 0, complaints.isDue(.dedupWindowTooSmall, now: clock.nowMilliseconds) else {
      return
    }
    report(
      InboxDiagnostic(
        .dedupWindowTooSmall,
        .warning,
        "Ids are forgotten after \(eviction.earlyAgeMilliseconds / 1000) seconds because there are more than "
          + "\(limits.maxDedupEntries); Linq repeats for 25 minutes, so an event may be handled twice. "
          + "Raise inbox.dedup.max_entries."
      )
    )
  }

  /// Whether no id can be remembered for another event of this scope, because all are of requests that could be played
  /// again.
  mutating func lacksIDs(_ scope: Int, now: Int64) -> Bool {
    let maxEntries = limits.maxDedupEntries
    guard storeState.identities.isFull(scope, counts: index.counts, maxEntries: maxEntries, now: now) else {
      return false
    }
    guard complaints.isDue(.idsFull, now: now) else { return true }
    let minutes = storeState.identities.scopes.all[scope].toleranceMilliseconds / 60_000
    report(
      InboxDiagnostic(
        .idsFull,
        .alarm,
        "Events are answered 503: there are \(maxEntries) ids of requests whose stamp is still good, and forgetting "
          + "one would let that request in again. Raise inbox.dedup.max_entries, or lower the endpoint's tolerance "
          + "(\(minutes) minutes)."
      )
    )
    return true
  }

  func evictionLimits(now: Int64, maxRows: Int) -> EvictionLimits {
    EvictionLimits(
      counts: index.counts,
      maxEntries: limits.maxDedupEntries,
      windowMilliseconds: limits.dedupWindowMilliseconds,
      nowMilliseconds: now,
      maxRows: maxRows
    )
  }
}

extension StoreState {
  /// Takes these for the endpoints that there are, and writes what is new of them.
  mutating func separateIDs(by endpoints: [IdentityScopes.Endpoint], db: Database) throws {
    let changed = identities.scopes.declare(endpoints)
    try ScopeRows.write(changed, of: identities.scopes, db: db)
  }
}

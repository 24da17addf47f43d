internal import LinqEvents
import LinqhookInbox

/// What a `MemoryInbox` holds. Written the simplest way that can be right: it is also the reference that the
/// SQLite store is compared with, so it shares no bookkeeping with it, but the rule which ids count where.
struct MemoryStore {
  /// A handler with its exceptions by sequence.
  struct Handler {
    let name: String
    var cursor: Int64
    var checkpoint: [UInt8]?
    var isAttached = true
    var isPaused = false
    var rows: [Int64: DeferredDelivery] = [:]

    var held: [DeferredDelivery] {
      rows.values.filter { $0.state == .waiting || $0.state == .retrying }.sorted {
        $0.sequence < $1.sequence
      }
    }
    var deadCount: Int { rows.values.count { $0.state == .dead } }
  }

  /// An id that is remembered.
  struct Known {
    let eventID: String
    let scope: Int
    let rememberedAtMilliseconds: Int64
    let createdAtMilliseconds: Int64
    /// Nil where it was not stamped, or its stamp had run out.
    let stampedAtMilliseconds: Int64?
  }

  let limits: InboxLimits
  let clock: SteadyClock
  var events: [StoredEvent] = []
  /// By sequence, of every event.
  var acceptedAtMilliseconds: [Int64: Int64] = [:]
  /// In the order of acceptance.
  var known: [Known] = []
  /// What was forgotten while Linq might still send it, and moves no horizon yet.
  var forgottenEarly: [Known] = []
  var scopes = IdentityScopes()
  let key: FingerprintKey?
  var handlers: [Handler] = []
  var refused: [QuarantinedRequest] = []
  var ring: QuarantineRing
  let allowances: QuarantineAllowances
  var statistics = InboxStatistics()
  var isClosed = false {
    didSet { if isClosed { statistics.unavailability = .closed } }
  }

  init(_ limits: InboxLimits, clock: SteadyClock) {
    self.limits = limits
    self.clock = clock
    allowances = QuarantineAllowances(limits)
    // Without libcrypto there is no receiver at all.
    key = try? FingerprintKey((0..<FingerprintKey.byteCount).map { _ in .random(in: .min ... .max) })
    ring = QuarantineRing(
      maxEntries: limits.maxQuarantineEntries,
      maxBytes: limits.maxQuarantineBytes
    )
  }

  var attached: [Handler] { handlers.filter(\.isAttached) }

  func event(_ sequence: Int64) -> StoredEvent? { events.first { $0.sequence == sequence } }

  var pendingEvents: Int {
    guard let lowest = attached.map(\.cursor).min() else { return 0 }
    return Int(max(0, statistics.lastSequence - lowest)) + attached.reduce(0) { $0 + $1.held.count }
  }

  mutating func accept(_ offered: [InboundEvent]) -> ([AcceptanceOutcome], [StoredEvent]) {
    var stored: [StoredEvent] = []
    let outcomes = offered.map { accept($0, into: &stored) }
    evictIDs()
    refreshStatistics()
    return (outcomes, stored)
  }

  private mutating func accept(_ event: InboundEvent, into stored: inout [StoredEvent]) -> AcceptanceOutcome {
    if isClosed { return .unavailable(.closed) }
    let scope = scopes.number(of: event.endpoint)
    if isKnown(event.eventID, in: scope) { return .duplicate }
    if scopes.isTooOld(event, in: scope) { return .tooOld }
    if !attached.isEmpty, pendingEvents >= limits.maxPendingEvents {
      return .unavailable(.backlogFull)
    }
    if lacksIDs(scope) { return .unavailable(.idsFull) }
    statistics.lastSequence += 1
    statistics.lastEventAtMilliseconds = event.receivedAtMilliseconds
    known.append(remembered(event, in: scope))
    let storedEvent = StoredEvent(event, sequence: statistics.lastSequence)
    events.append(storedEvent)
    acceptedAtMilliseconds[storedEvent.sequence] = clock.nowMilliseconds
    stored.append(storedEvent)
    return .accepted(sequence: storedEvent.sequence)
  }

  mutating func maintain() {
    evictIDs()
    prune()
    refreshStatistics()
  }

  /// Events go from the oldest on; the first that is too young ends it, and the newest stays.
  private mutating func prune() {
    let cut = clock.nowMilliseconds - limits.retentionMilliseconds
    let settled = min(attached.map(\.cursor).min() ?? .max, statistics.lastSequence - 1)
    let candidates = events.prefix {
      $0.sequence <= settled && acceptedAtMilliseconds[$0.sequence, default: cut] < cut
    }
    let pruned = Set(candidates.map(\.sequence).filter { !isHeld($0) })
    events.removeAll { pruned.contains($0.sequence) }
    for index in handlers.indices {
      handlers[index].rows = handlers[index].rows.filter { !pruned.contains($0.key) }
    }
  }

  private func isHeld(_ sequence: Int64) -> Bool {
    attached.contains { handler in
      guard let row = handler.rows[sequence] else { return false }
      return !row.state.isSettled
    }
  }

  mutating func refreshStatistics() {
    statistics.pendingEvents = pendingEvents
    statistics.dedupEntries = known.count
    statistics.quarantineEntries = refused.count
    statistics.deadLetters = Dictionary(uniqueKeysWithValues: attached.map { ($0.name, $0.deadCount) })
    guard !isClosed else { return }
    let isFull = !attached.isEmpty && pendingEvents >= limits.maxPendingEvents
    statistics.unavailability = isFull ? .backlogFull : nil
  }
}

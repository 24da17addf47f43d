import LinqhookInbox

extension DeferredDelivery? {
  /// The outbox of a replay's row: nil, which leaves it, for a dead letter; none for a delivery that was settled, which
  /// begins from scratch.
  var outboxToReplay: [UInt8]? { self?.state == .dead ? nil : [] }
}

/// A delivery that is in memory: queued in a lane, or in the handler's hands.
struct PendingDelivery {
  /// The event.
  let event: StoredEvent
  /// How many attempts were made and counted.
  var attempts = 0
  /// When the first attempt was made, in milliseconds since 1970.
  var firstAttemptAtMilliseconds: Int64?
  /// Why the last attempt failed.
  var lastError: String?
  /// What the handler has kept with it, and the ledger has on disk.
  var outbox: [UInt8]?
  /// Whether the ledger has a row for it, or will have with what is staged.
  var hasRow = false
  /// Whether this attempt is a probe of a failing target, which does not count.
  var isProbe = false

  /// Whether an attempt has failed.
  var wasTried: Bool { firstAttemptAtMilliseconds != nil }

  /// What it counts against a limit on memory: see `StoredEvent.weight`.
  var weight: Int { event.weight + (outbox?.count ?? 0) / 4096 }

  /// A delivery that was not tried yet.
  init(event: StoredEvent) { self.event = event }

  /// A delivery as its row says.
  init(_ row: DeferredDelivery, event: StoredEvent) {
    self.event = event
    attempts = row.attempts
    firstAttemptAtMilliseconds = row.firstAttemptAtMilliseconds
    lastError = row.lastError
    outbox = row.outbox
    hasRow = true
  }

  /// The row for it, which leaves an outbox in the ledger as it is.
  func row(
    _ state: DeferredDelivery.State,
    lane: LaneKey,
    dueAtMilliseconds: Int64 = 0
  ) -> DeferredDelivery {
    DeferredDelivery(
      sequence: event.sequence,
      state: state,
      lane: lane.rowName,
      attempts: attempts,
      firstAttemptAtMilliseconds: firstAttemptAtMilliseconds,
      dueAtMilliseconds: dueAtMilliseconds,
      lastError: lastError
    )
  }

  /// The row for it while it has not gone through.
  func openRow(lane: LaneKey) -> DeferredDelivery { row(openState, lane: lane) }

  /// The state of that row.
  var openState: DeferredDelivery.State { attempts > 0 ? .retrying : .waiting }
}

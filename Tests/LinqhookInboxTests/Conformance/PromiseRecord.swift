import InboxTestKit
import LinqEvents
import Testing

@testable import LinqhookInbox

/// What a store has promised, written down outside of it and in a handful of rules: which ids it must still know,
/// and which events it still owes to somebody. It says less than the stores do, and nothing of how they do it.
struct PromiseRecord {
  private struct Handler {
    var cursor: Int64
    var isAttached = true
    var rows: [Int64: DeferredDelivery.State] = [:]

    func isOwed(_ sequence: Int64) -> Bool {
      sequence > cursor || rows[sequence].map { !$0.isSettled } ?? false
    }

    var heldCount: Int { rows.values.count { $0 == .waiting || $0 == .retrying } }
  }

  private let limits: InboxLimits
  /// The event of sequence 1 comes first.
  private var acknowledged: [(event: InboundEvent, atMilliseconds: Int64)] = []
  /// The keys of each path now, and all that it ever had.
  private var keys: [String: Set<String>] = [:]
  private var formerKeys: [String: Set<String>] = [:]
  /// The shortest and the longest tolerance that there was.
  private let toleranceMilliseconds: ClosedRange<Int64>
  private var handlers: [String: Handler] = [:]
  /// Events that a store has been free to prune at some moment.
  private var released: Set<Int64> = []

  init(_ limits: InboxLimits, toleranceMilliseconds: ClosedRange<Int64>) {
    self.limits = limits
    self.toleranceMilliseconds = toleranceMilliseconds
  }

  private var lastSequence: Int64 { Int64(acknowledged.count) }
  private var attached: [Handler] { handlers.values.filter(\.isAttached) }

  private var pending: Int {
    let lowest = attached.map(\.cursor).min() ?? lastSequence
    return Int(lastSequence - lowest) + attached.reduce(0) { $0 + $1.heldCount }
  }

  /// Whether both limits of the dedup window still cover an acknowledged event, whatever endpoints share them.
  private func isCovered(_ index: Int, _ now: Int64) -> Bool {
    let (event, acceptedAt) = acknowledged[index]
    if isStamped(event, acceptedAt, now, toleranceMilliseconds.lowerBound) { return true }
    let stamped = acknowledged.prefix(index).count {
      isStamped($0.event, $0.atMilliseconds, now, toleranceMilliseconds.upperBound)
    }
    return now - acceptedAt <= limits.dedupWindowMilliseconds
      && acknowledged.count - index + stamped <= limits.maxDedupEntries
  }

  private func isStamped(_ event: InboundEvent, _ acceptedAt: Int64, _ now: Int64, _ tolerance: Int64) -> Bool
  {
    event.signedAtMilliseconds.map { abs(acceptedAt - $0) <= tolerance && now - $0 <= tolerance } ?? false
  }

  private func mustBeKnown(_ event: InboundEvent, _ now: Int64) -> Bool {
    acknowledged.indices.contains { index in
      let earlier = acknowledged[index].event
      return earlier.eventID == event.eventID && earlier.endpoint == event.endpoint && isCovered(index, now)
    }
  }

  private func mayBeKnown(_ event: InboundEvent) -> Bool {
    acknowledged.contains { earlier, _ in
      earlier.eventID == event.eventID
        && (earlier.endpoint == event.endpoint
          || !formerKeys[earlier.endpoint, default: []].isDisjoint(with: keys[event.endpoint, default: []]))
    }
  }

  /// Other keys are in force.
  mutating func separate(_ keys: [String: Set<String>]) {
    self.keys.merge(keys) { $1 }
    formerKeys.merge(keys) { $0.union($1) }
  }

  /// Judges the answers to one offer, in their order.
  mutating func judge(_ outcomes: [AcceptanceOutcome], to events: [InboundEvent], now: Int64) {
    #expect(outcomes.count == events.count)
    for (event, outcome) in zip(events, outcomes) {
      let isKnown = mustBeKnown(event, now)
      switch outcome {
      case .duplicate:
        #expect(mayBeKnown(event), "\(event.eventID) was never taken at \(event.endpoint)")
      case .accepted(let sequence):
        #expect(!isKnown, "\(event.eventID) was taken twice")
        #expect(sequence == lastSequence + 1)
        acknowledged.append((event, now))
      case .tooOld:
        #expect(!isKnown && event.freshness != .proven)
        let age = now - (event.envelope.createdAtMilliseconds ?? 0)
        #expect(age >= InboxLimits.repeatWindowMilliseconds, "\(event.eventID) is young")
      case .unavailable(.idsFull):
        let stamped = acknowledged.count {
          isStamped($0.event, $0.atMilliseconds, now, toleranceMilliseconds.upperBound)
        }
        #expect(!isKnown && stamped >= limits.maxDedupEntries)
      case .unavailable(let reason):
        #expect(!isKnown && reason == .backlogFull && pending >= limits.maxPendingEvents)
      }
    }
  }

  mutating func attach(_ names: [String]) {
    for name in handlers.keys { handlers[name]?.isAttached = names.contains(name) }
    for name in names where handlers[name] == nil { handlers[name] = Handler(cursor: lastSequence) }
  }

  mutating func rewind(_ name: String, to sequence: Int64) {
    guard let cursor = handlers[name]?.cursor else { return }
    handlers[name]?.cursor = min(cursor, sequence)
  }

  mutating func apply(_ record: ProgressRecord) {
    guard var handler = handlers[record.handler] else { return }
    for sequence in record.removed { handler.rows[sequence] = nil }
    for delivery in record.deferred where 1 <= delivery.sequence && delivery.sequence <= lastSequence {
      handler.rows[delivery.sequence] = delivery.state
    }
    handler.cursor = max(handler.cursor, min(record.cursor, lastSequence))
    handlers[record.handler] = handler
  }

  /// Notes which events nobody is owed any more and which are older than the retention.
  mutating func release(now: Int64) {
    for (index, entry) in acknowledged.enumerated() {
      let sequence = Int64(index + 1)
      let isOld = entry.atMilliseconds < now - limits.retentionMilliseconds
      if isOld, !attached.contains(where: { $0.isOwed(sequence) }) { released.insert(sequence) }
    }
  }

  /// Looks for everything that the store still owes.
  func check(_ inbox: any Inbox) async throws {
    let stored = try await inbox.events(after: 0, limit: .max, maxBytes: .max)
    let payloads = Dictionary(uniqueKeysWithValues: stored.map { ($0.sequence, $0.payload) })
    for (index, entry) in acknowledged.enumerated() {
      let sequence = Int64(index + 1)
      if let payload = payloads[sequence] {
        #expect(payload == entry.event.payload, "event \(sequence) is another")
      } else {
        #expect(released.contains(sequence), "event \(sequence) is lost")
      }
    }
    #expect(stored.allSatisfy { $0.sequence <= lastSequence })
  }
}

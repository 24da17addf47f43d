import LinqhookInbox
import Synchronization

/// The events of one pump, in order and without gaps, from memory while it keeps up and from the ledger while
/// it does not. One consumer; offers come from the store's thread.
final class EventFeed: Sendable {
  /// Events that wait in memory between the store and one pump: 2048, and 8 MiB of payload.
  static let maxWeight = 2048
  /// Events of one read of the ledger.
  private static let maxRead = 1024

  /// Says that there may be something to take. Signals that come together count once.
  let arrivals: AsyncStream<Void>
  private let arrived: AsyncStream<Void>.Continuation
  private let ledger: any DeliveryLedger
  private let window: Mutex<HandoverWindow>

  /// A feed of what comes after a sequence.
  init(ledger: any DeliveryLedger, after position: Int64, maxWeight: Int = EventFeed.maxWeight) {
    self.ledger = ledger
    window = Mutex(HandoverWindow(position: position, maxWeight: maxWeight))
    (arrivals, arrived) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Takes events that were just committed; called on the store's thread.
  func offer(_ events: [StoredEvent]) {
    window.withLock { $0.offer(events) }
    arrived.yield()
  }

  /// Goes back to an earlier event. Only before `open`.
  func rewind(to position: Int64) {
    window.withLock { $0 = HandoverWindow(position: position, maxWeight: Self.maxWeight) }
  }

  /// Begins: what the store holds by now will be read, what it commits from now on must be offered.
  func open() {
    let last = ledger.lastSequence
    window.withLock { $0.noteCommitted(upTo: last) }
    arrived.yield()
  }

  /// Makes the consumer look again.
  func wake() { arrived.yield() }

  /// Ends the arrivals.
  func close() { arrived.finish() }

  /// The next events, at most about `maxWeight` of them, one at least; none when there is nothing new.
  nonisolated(nonsending) func next(maxWeight: Int) async throws(InboxError) -> [StoredEvent] {
    while true {
      switch window.withLock({ $0.next(maxWeight: maxWeight) }) {
      case .take(let events): return events
      case .read(let after, let horizon):
        let limit = min(max(maxWeight, 1), Self.maxRead)
        let events = try await ledger.events(after: after, limit: limit, maxBytes: limit * 4096)
        // Nothing at all: what was there has been pruned.
        let position = events.last?.sequence ?? horizon
        window.withLock { $0.advance(to: position) }
        if !events.isEmpty { return events }
      }
    }
  }

  /// Everything up to this sequence has been taken.
  var position: Int64 { window.withLock { $0.position } }

  /// How many events have not been taken.
  var backlog: Int { window.withLock { max(Int($0.lastOffered - $0.position), 0) } }
}

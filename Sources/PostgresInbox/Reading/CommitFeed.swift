internal import Dispatch
internal import LinqhookInbox
internal import PostgreSQL
internal import Synchronization

/// Tells the dispatcher of events that are visible, whoever stored them, in the order of their sequences.
///
/// What this receiver has stored itself is published at once, from memory, where nothing of others lies before it. All
/// else is read: when such a gap shows, and every 100 ms, so that what others store is never long in coming.
final class CommitFeed: Sendable {
  private static let interval = DispatchTimeInterval.milliseconds(100)
  private static let maxEvents = 500
  private static let maxBytes = 4 << 20

  private let reader: PostgresReader
  private let queue = DispatchQueue(label: "linqhook.inbox.feed")
  private let subscription = CommitSubscription()
  /// The last sequence that was published. Held while publishing, so that no two publish out of order.
  private let position: Mutex<Int64>
  private let isClosed = Mutex(false)

  init(_ reader: PostgresReader, after sequence: Int64) {
    self.reader = reader
    position = Mutex(sequence)
    schedule()
  }

  func subscribe(_ onCommit: @escaping @Sendable ([StoredEvent]) -> Void) { subscription.set(onCommit) }

  /// Publishes what this receiver has just committed, or leaves it to the next reading.
  func publish(_ events: [StoredEvent]) {
    guard let first = events.first, let last = events.last else { return }
    let isNext = position.withLock { position in
      guard first.sequence == position + 1 else { return false }
      subscription.publish(events)
      position = last.sequence
      return true
    }
    if !isNext { Task { await read() } }
  }

  /// Publishes all that is visible and was not published yet.
  func read() async {
    while true {
      let start = position.withLock { $0 }
      let events = try? await reader.read { session in
        try LedgerQueries.events(after: start, limit: Self.maxEvents, maxBytes: Self.maxBytes, session)
      }
      guard let events, !events.isEmpty else { return }
      position.withLock { position in
        let unknown = events.filter { $0.sequence > position }
        subscription.publish(unknown)
        position = max(position, unknown.last?.sequence ?? position)
      }
    }
  }

  func close() { isClosed.withLock { $0 = true } }

  private func schedule() {
    queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in
      guard let self, !isClosed.withLock({ $0 }) else { return }
      Task {
        await self.read()
        self.schedule()
      }
    }
  }
}

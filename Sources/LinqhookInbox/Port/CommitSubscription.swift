internal import Synchronization

/// Who wants to hear of commits.
///
/// The closure is kept inside a type of its own: a bare closure in a `Mutex` is wrapped once more each time
/// it is read, and after a million commits a call goes through a million wrappers.
package final class CommitSubscription: Sendable {
  private struct Subscriber {
    let onCommit: @Sendable ([StoredEvent]) -> Void
  }

  private let subscriber = Mutex<Subscriber?>(nil)

  package init() {}

  package func set(_ onCommit: @escaping @Sendable ([StoredEvent]) -> Void) {
    subscriber.withLock { $0 = Subscriber(onCommit: onCommit) }
  }

  /// Tells the subscriber, unless there is nothing to tell.
  package func publish(_ events: [StoredEvent]) {
    guard !events.isEmpty else { return }
    let current = subscriber.withLock { $0 }
    current?.onCommit(events)
  }
}

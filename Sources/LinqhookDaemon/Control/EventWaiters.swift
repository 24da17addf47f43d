import LinqhookInbox
import Synchronization

/// Requests that wait for the next event (long polling). A waiter is a suspended task that looks at a counter of the inbox
/// now and then; the acceptance of events does not know of it.
final class EventWaiters: Sendable {
  static let maxWaiters = 16
  private static let interval = Duration.milliseconds(400)
  private let count = Atomic(0)

  /// Returns once an event after `sequence` has been stored, when the time is over, or when the inbox is closed.
  ///
  /// - Throws: ``ControlProblem`` when too many wait already.
  func wait(seconds: Int, after sequence: Int64, _ inbox: any Inbox) async throws {
    guard seconds > 0 else { return }
    let others = count.add(1, ordering: .relaxed).oldValue
    defer { count.subtract(1, ordering: .relaxed) }
    guard others < Self.maxWaiters else {
      throw ControlProblem(
        .unavailable,
        "\(Self.maxWaiters) requests wait already. Ask again without `wait`."
      )
    }
    let end = ContinuousClock.now + .seconds(seconds)
    while inbox.statistics.lastSequence <= sequence, inbox.statistics.unavailability != .closed,
      ContinuousClock.now < end
    {
      try await Task.sleep(for: Self.interval)
    }
  }
}

package import LinqhookInbox
internal import Synchronization

/// Two clocks that stand still until a test moves them.
package final class TestClock: Sendable {
  /// A day in 2026, in milliseconds since 1970.
  package static let start: Int64 = 1_790_000_000_000

  package init() {}

  private let times = Mutex((wall: TestClock.start, monotonic: Int64(1000)))

  package var clock: InboxClock {
    InboxClock(
      wallMilliseconds: { self.times.withLock(\.wall) },
      monotonicMilliseconds: { self.times.withLock(\.monotonic) }
    )
  }

  /// Time passes.
  package func advance(hours: Int64 = 0, minutes: Int64 = 0, milliseconds: Int64 = 0) {
    let step = hours * 3_600_000 + minutes * 60_000 + milliseconds
    times.withLock { $0 = ($0.wall + step, $0.monotonic + step) }
  }

  /// The monotonic clock goes back: what a store sees whose process was killed.
  package func lose(milliseconds: Int64) {
    times.withLock { $0.monotonic -= milliseconds }
  }

  /// Somebody sets the wall clock.
  package func setWallClock(hoursAhead: Int64) {
    times.withLock { $0.wall += hoursAhead * 3_600_000 }
  }
}

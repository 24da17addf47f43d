/// Pauses that grow from one failure to the next, up to a longest one. Every wait after a failure is made here:
/// retries of deliveries, restarts of workers, probes of a failing target, and tries to open a store again.
package struct Backoff: Sendable, Equatable {
  /// The pause after the first failure.
  package var first: Duration
  /// No pause is longer.
  package var longest: Duration
  /// By how much each pause is longer than the one before, at least 1.
  package var factor: Double
  private var failures = 0

  package init(first: Duration, longest: Duration, factor: Double = 2) {
    self.first = first
    self.longest = longest
    self.factor = factor
  }

  /// The pause after this many failures in a row (from 1).
  package func pause(afterFailures count: Int) -> Duration {
    var pause = min(first, longest)
    guard factor > 1, pause > .zero else { return pause }
    var failures = 1
    // Ends when the longest pause is reached: a power with a large exponent would be infinite.
    while (failures < count) && (pause < longest) {
      pause = min(pause * factor, longest)
      failures += 1
    }
    return pause
  }

  /// Counts a failure and gives the pause after it.
  package mutating func next() -> Duration {
    // More steps than the longest pause can need.
    failures = min(failures + 1, 64)
    return pause(afterFailures: failures)
  }

  /// The next pause is the first again.
  package mutating func reset() { failures = 0 }
}

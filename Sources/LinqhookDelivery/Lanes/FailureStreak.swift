// Tells a handler that does not work from an event that it does not take, for the operator's eyes. How the handler is
// fed is another matter, and FailureWatch's.
//
// When the last three attempts have failed, whichever events they were of, the handler counts as failing: one that never
// works is seen after some seconds, also by a single chat. An attempt that goes through ends that. It also tells something
// of the events that were tried before it and still wait: the handler works, so they fail for a reason of their own, and
// their later attempts count no more. So one event that can never go through makes no handler failing while others pass.
struct FailureStreak {
  static let minFailures = 3

  /// How many attempts have failed in a row.
  private(set) var count = 0
  private var beganAtMilliseconds: Int64 = 0
  private var succeededAtMilliseconds = Int64.min

  /// Since when the handler counts as failing; nil while it does not.
  var failingSinceMilliseconds: Int64? { count >= Self.minFailures ? beganAtMilliseconds : nil }

  /// An attempt went through at this time.
  mutating func succeeded(atMilliseconds: Int64) {
    succeededAtMilliseconds = max(succeededAtMilliseconds, atMilliseconds)
    count = 0
  }

  /// An attempt failed at this time, of an event that was first tried at the other.
  mutating func failed(firstAttemptAtMilliseconds: Int64, atMilliseconds: Int64) {
    guard firstAttemptAtMilliseconds > succeededAtMilliseconds else { return }
    if count == 0 { beganAtMilliseconds = atMilliseconds }
    count += 1
  }
}

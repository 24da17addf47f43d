/// What became of an attempt.
public enum DeliveryResult: Sendable, Equatable {
  /// It went through.
  case delivered
  /// It did not, and may later: by the handler's retry policy, or after what the target asked for.
  case retry(reason: String, after: Duration? = nil)
  /// It never will: a dead letter at once.
  case dead(reason: String)
  /// It was not tried, or not to its end, because the handler drains: it is handed over again after the next start, and
  /// that does not count as an attempt.
  case interrupted
  /// The handler was not run, on purpose: the event is settled, and is shown with this reason.
  case skipped(reason: String)
  /// It has to wait this long through no fault of the target as a whole, because of a rate limit for example. That is
  /// no failure: it counts no attempt, holds the event's own lane only, and never makes the target count as failing.
  /// When the policy's `maxAge` have passed since the first attempt, the event is a dead letter with this reason.
  case postponed(reason: String, after: Duration)
}

import Pacing

/// When a failed delivery is tried again, and when it is given up. A value without state: the attempts and
/// the first attempt's time are with the delivery, so that they survive a restart.
public struct RetryPolicy: Sendable, Equatable {
  /// How often an event is tried before it is given up, at least 1; `Int.max` leaves that to `maxAge`.
  public var attempts: Int
  /// The pause after the first failed attempt.
  public var first: Duration
  /// By how much each pause is longer than the one before, at least 1.
  public var factor: Double
  /// The longest pause, before jitter. Also the most that a target's `Retry-After` can ask for.
  public var max: Duration
  /// The part of a pause by which chance may lengthen or shorten it, 0 to 1.
  public var jitter: Double
  /// An event is given up when its next attempt would come later than this after its first.
  public var maxAge: Duration

  /// The policy of the given parts; without any, the configuration's defaults.
  public init(
    attempts: Int = .max,
    first: Duration = .seconds(1),
    factor: Double = 2,
    max: Duration = .seconds(600),
    jitter: Double = 0.2,
    maxAge: Duration = .seconds(24 * 3600)
  ) {
    self.attempts = attempts
    self.first = first
    self.factor = factor
    self.max = max
    self.jitter = jitter
    self.maxAge = maxAge
  }

  /// What comes after a failed attempt.
  public enum Decision: Sendable, Equatable {
    /// Try again after this time.
    case retry(after: Duration)
    /// Give up, for this reason.
    case giveUp(Reason)
  }

  /// Why a delivery is given up.
  public enum Reason: String, Sendable {
    /// All attempts are used.
    case attempts = "all attempts are used"
    /// The next attempt would come after `maxAge`.
    case age = "the next attempt would come after max_age"
  }

  /// Decides what comes after failed attempt number `attempt` (from 1).
  ///
  /// - Parameters:
  ///   - age: the time since the event's first attempt.
  ///   - requestedAfter: the pause that the target asked for. It lengthens a pause, never shortens
  ///     it, and is cut to `max` so that no target can park a chat for a week.
  ///   - random: chance, 0 up to 1.
  public func next(
    attempt: Int,
    age: Duration,
    requestedAfter: Duration? = nil,
    random: Double
  ) -> Decision {
    guard attempt < attempts else { return .giveUp(.attempts) }
    let after = pause(
      attempt: attempt,
      requestedAfter: requestedAfter,
      random: random
    )
    guard age + after <= maxAge else { return .giveUp(.age) }
    return .retry(after: after)
  }

  /// The pause after failed attempt number `attempt` (from 1).
  public func pause(
    attempt: Int,
    requestedAfter: Duration? = nil,
    random: Double
  ) -> Duration {
    let backoff = Backoff(first: min(first, .century), longest: min(max, .century), factor: factor)
    let pause = backoff.pause(afterFailures: attempt) * (1 + jitter * (2 * random - 1))
    guard let requestedAfter else { return pause }
    return Swift.max(pause, min(requestedAfter, max))
  }

  /// The longest pause that this policy can give.
  public var longestPause: Duration { min(max, .century) * (1 + jitter) }
}

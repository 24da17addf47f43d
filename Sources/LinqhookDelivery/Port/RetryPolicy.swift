import Pacing

/// When a failed delivery is tried again, and when it is given up. A value without state: the attempts and
/// the first attempt's time are with the delivery, so that they survive a restart.
public struct RetryPolicy: Sendable, Equatable {
  /// How often an event is tried before it is given up, at least 1; `Int.max` leaves that to `maxAgeSeconds`.
  public var attempts: Int
  /// The pause after the first failed attempt, in seconds.
  public var firstSeconds: Double
  /// By how much each pause is longer than the one before, at least 1.
  public var factor: Double
  /// The longest pause, in seconds, before jitter. Also the most that a target's `Retry-After` can ask for.
  public var maxSeconds: Double
  /// The part of a pause by which chance may lengthen or shorten it, 0 to 1.
  public var jitter: Double
  /// An event is given up when its next attempt would come later than this after its first, in seconds.
  public var maxAgeSeconds: Double

  /// The policy of the given parts; without any, the configuration's defaults.
  public init(
    attempts: Int = .max,
    firstSeconds: Double = 1,
    factor: Double = 2,
    maxSeconds: Double = 600,
    jitter: Double = 0.2,
    maxAgeSeconds: Double = 24 * 3600
  ) {
    self.attempts = attempts
    self.firstSeconds = firstSeconds
    self.factor = factor
    self.maxSeconds = maxSeconds
    self.jitter = jitter
    self.maxAgeSeconds = maxAgeSeconds
  }

  /// What comes after a failed attempt.
  public enum Decision: Sendable, Equatable {
    /// Try again after this many seconds.
    case retry(afterSeconds: Double)
    /// Give up, for this reason.
    case giveUp(Reason)
  }

  /// Why a delivery is given up.
  public enum Reason: String, Sendable {
    /// All attempts are used.
    case attempts = "all attempts are used"
    /// The next attempt would come after `maxAgeSeconds`.
    case age = "the next attempt would come after max_age"
  }

  /// Decides what comes after failed attempt number `attempt` (from 1).
  ///
  /// - Parameters:
  ///   - ageSeconds: the time since the event's first attempt.
  ///   - requestedAfterSeconds: the pause that the target asked for. It lengthens a pause, never shortens
  ///     it, and is cut to `maxSeconds` so that no target can park a chat for a week.
  ///   - random: chance, 0 up to 1.
  public func next(
    attempt: Int,
    ageSeconds: Double,
    requestedAfterSeconds: Double? = nil,
    random: Double
  ) -> Decision {
    guard attempt < attempts else { return .giveUp(.attempts) }
    let after = pauseSeconds(
      attempt: attempt,
      requestedAfterSeconds: requestedAfterSeconds,
      random: random
    )
    guard ageSeconds + after <= maxAgeSeconds else { return .giveUp(.age) }
    return .retry(afterSeconds: after)
  }

  /// The pause after failed attempt number `attempt` (from 1), in seconds.
  public func pauseSeconds(
    attempt: Int,
    requestedAfterSeconds: Double? = nil,
    random: Double
  ) -> Double {
    let backoff = Backoff(
      first: .seconds(min(firstSeconds, Self.century)),
      longest: .seconds(min(maxSeconds, Self.century)),
      factor: factor
    )
    let pause = backoff.pause(afterFailures: attempt) / .seconds(1) * (1 + jitter * (2 * random - 1))
    guard let requestedAfterSeconds, requestedAfterSeconds.isFinite else { return pause }
    return max(pause, min(requestedAfterSeconds, maxSeconds))
  }

  /// "Never", and far from what a Duration cannot hold.
  private static let century = 3_155_760_000.0

  /// The longest pause that this policy can give, in seconds.
  public var longestPauseSeconds: Double { maxSeconds * (1 + jitter) }
}

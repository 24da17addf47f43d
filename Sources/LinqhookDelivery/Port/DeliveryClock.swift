import FoundationEssentials

// Waits run on a monotonic clock, due times on disk are wall time. Both come from one place, and the wall
// time is read once: later readings are that reading plus what the monotonic clock has counted since. A step
// of the wall clock while the process runs therefore moves no retry and ends no event's `max_age` early.

/// The time as delivery sees it.
public protocol DeliveryClock: Sendable {
  /// The time since the clock was made. It never goes back and does not follow steps of the wall clock.
  var now: Duration { get }

  /// The wall time when `now` was zero, in milliseconds since 1970.
  var startedAtMilliseconds: Int64 { get }

  /// Returns when `now` has reached `instant`; throws when the task is cancelled before.
  func sleep(until instant: Duration) async throws
}

extension DeliveryClock {
  /// The wall time in milliseconds since 1970, as counted from the clock's start.
  public var wallMilliseconds: Int64 { wallMilliseconds(at: now) }

  /// The wall time of an instant of this clock, in milliseconds since 1970.
  public func wallMilliseconds(at instant: Duration) -> Int64 {
    startedAtMilliseconds + Int64(instant / .milliseconds(1))
  }

  /// Returns after a time; throws when the task is cancelled before.
  func sleep(for duration: Duration) async throws { try await sleep(until: now + duration) }
}

/// The clock of the machine; it counts while the machine is suspended.
public struct SystemDeliveryClock: DeliveryClock {
  private let origin: ContinuousClock.Instant
  /// The wall time when the clock was made, in milliseconds since 1970.
  public let startedAtMilliseconds: Int64

  /// A clock that starts now.
  public init() {
    origin = ContinuousClock.now
    startedAtMilliseconds = Int64(Date.now.timeIntervalSince1970 * 1000)
  }

  /// The time since the clock was made.
  public var now: Duration { origin.duration(to: ContinuousClock.now) }

  /// Returns when `now` has reached `instant`; throws when the task is cancelled before.
  public func sleep(until instant: Duration) async throws {
    try await Task.sleep(until: origin.advanced(by: instant), clock: .continuous)
  }
}

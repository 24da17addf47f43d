private import Foundation

/// The two clocks that an inbox reads; tests put their own here.
public struct InboxClock: Sendable {
  /// The time of day in milliseconds since 1970. It may jump.
  public var wallMilliseconds: @Sendable () -> Int64
  /// Milliseconds since some instant in the past, sleep of the machine included. It never jumps.
  public var monotonicMilliseconds: @Sendable () -> Int64

  /// A clock that reads these two.
  public init(
    wallMilliseconds: @escaping @Sendable () -> Int64,
    monotonicMilliseconds: @escaping @Sendable () -> Int64
  ) {
    self.wallMilliseconds = wallMilliseconds
    self.monotonicMilliseconds = monotonicMilliseconds
  }

  /// The clocks of this machine. Swift's `ContinuousClock` is CLOCK_BOOTTIME on Linux.
  public static let system: InboxClock = {
    let origin = ContinuousClock.now
    return InboxClock(
      wallMilliseconds: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) },
      monotonicMilliseconds: {
        let (seconds, attoseconds) = origin.duration(to: .now).components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
      }
    )
  }()
}

/// The time that ages are counted in: the wall clock as it stood when the inbox was opened, moved on by the
/// monotonic clock.
///
/// Ids are forgotten and events are pruned by their age. If ages came from the wall clock, setting it ten
/// days ahead would forget every id at once. So a jump has no effect while the process runs. What it costs:
/// a machine that starts in 1970 and finds the time later counts from 1970 until the next start, and keeps
/// things longer than asked, never shorter. The next start counts from the right time, so what is written down for it
/// is stamped with the later of both clocks: counted from 1970 it would be too old at once.
struct SteadyClock: Sendable {
  private let clock: InboxClock
  private let offsetMilliseconds: Int64

  init(_ clock: InboxClock) {
    self.clock = clock
    offsetMilliseconds = clock.wallMilliseconds() - clock.monotonicMilliseconds()
  }

  var nowMilliseconds: Int64 { clock.monotonicMilliseconds() + offsetMilliseconds }

  /// When something happened that a later start judges by its age.
  var stampMilliseconds: Int64 { max(nowMilliseconds, clock.wallMilliseconds()) }
}

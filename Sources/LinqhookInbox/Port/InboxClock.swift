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

/// The time that ages are counted in: it begins with the wall clock where an inbox is made, and from there on goes
/// only while the inbox is open, by the monotonic clock. A restart goes on where the run before it came to.
///
/// Ids are forgotten and events are pruned by their age. If ages came from the wall clock, setting it ten
/// days ahead, or a start with a clock that is ten days ahead, would forget every id at once. So the wall clock has no
/// say in them. What it costs: the time while the inbox was closed does not count, and things are kept longer than
/// asked, never shorter.
package struct SteadyClock: Sendable {
  private let clock: InboxClock
  private let offsetMilliseconds: Int64
  private let wallOffsetMilliseconds: Int64

  /// A clock that goes on from a time that it came to before; one that begins with the wall clock where there is none.
  package init(_ clock: InboxClock, goingOnFrom lastMilliseconds: Int64? = nil) {
    let (wall, monotonic) = (clock.wallMilliseconds(), clock.monotonicMilliseconds())
    self.clock = clock
    offsetMilliseconds = (lastMilliseconds ?? wall) - monotonic
    wallOffsetMilliseconds = wall - monotonic
  }

  /// The wall clock, right or wrong.
  package var wallMilliseconds: Int64 { clock.wallMilliseconds() }

  package var nowMilliseconds: Int64 { clock.monotonicMilliseconds() + offsetMilliseconds }

  /// The time of day, to compare Linq's clock with: the later of what the wall clock says and of what it would say had
  /// nobody set it.
  package var timeOfDayMilliseconds: Int64 {
    max(clock.monotonicMilliseconds() + wallOffsetMilliseconds, clock.wallMilliseconds())
  }
}

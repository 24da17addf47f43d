import Glibc

/// A point on the clock that never steps: time limits must not feel a change of the date.
package struct MonotonicTime: Comparable, Sendable {
  /// Counted from the start of the machine, as systemd counts, too.
  package var nanoseconds: Int64

  /// Never reached.
  package static let distantFuture = MonotonicTime(nanoseconds: .max)

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static func now() -> MonotonicTime {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  package func advanced(bySeconds seconds: Double) -> MonotonicTime {
    // A century is "never" here, and keeps the sum far from overflow. So is what is no number.
    let century = 3_155_760_000.0
    let bounded = seconds < century ? seconds : century
    return MonotonicTime(nanoseconds: nanoseconds + Int64(bounded * 1_000_000_000))
  }

  package func seconds(since earlier: MonotonicTime) -> Double {
    Double(nanoseconds - earlier.nanoseconds) / 1_000_000_000
  }
}

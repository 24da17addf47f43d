import Glibc

/// A point on the clock that never steps: time limits must not feel a change of the date.
struct MonotonicTime: Comparable, Sendable {
  var nanoseconds: Int64

  /// Never reached.
  static let distantFuture = MonotonicTime(nanoseconds: .max)

  static func now() -> MonotonicTime {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

  func advanced(bySeconds seconds: Double) -> MonotonicTime {
    // A century is "never" here, and keeps the sum far from overflow. So is what is no number.
    let century = 3_155_760_000.0
    let bounded = seconds < century ? seconds : century
    return MonotonicTime(nanoseconds: nanoseconds + Int64(bounded * 1_000_000_000))
  }

  func seconds(since earlier: MonotonicTime) -> Double {
    Double(nanoseconds - earlier.nanoseconds) / 1_000_000_000
  }
}

import Glibc

/// CLOCK_MONOTONIC: never steps; systemd compares the timestamp of a reload with it.
package enum MonotonicClock {
  /// Counted from the machine's start.
  package static var nanoseconds: Int64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}

import Glibc

/// CLOCK_MONOTONIC: never steps, and is what systemd compares a reload's stamp with.
package enum MonotonicClock {
  /// Since some moment at the machine's start.
  package static var nanoseconds: Int64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}

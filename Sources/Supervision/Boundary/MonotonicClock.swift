import Glibc

/// CLOCK_MONOTONIC, which systemd compares a reload's stamp with.
enum MonotonicClock {
  static func microseconds() -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000
  }
}

import Foundation

/// The wall clock, for stamps that people and other machines read. Waits and ages use monotonic clocks.
public enum WallClock {
  /// Milliseconds since 1970.
  @Sendable public static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}

/// Counts durations in buckets whose width is at most 1/128 of their values, from 1 µs to an hour.
struct LatencyHistogram: Sendable {
  private static let stepsLog2 = 7
  private static let steps = 1 << stepsLog2

  private var counts = [UInt64](repeating: 0, count: 33 * steps)
  private(set) var count: UInt64 = 0
  private(set) var maximumMicroseconds = 0

  mutating func record(nanoseconds: Int64) {
    let microseconds = Int(max(0, nanoseconds) / 1000)
    counts[min(Self.index(microseconds), counts.count - 1)] += 1
    count += 1
    maximumMicroseconds = max(maximumMicroseconds, microseconds)
  }

  mutating func add(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    count += other.count
    maximumMicroseconds = max(maximumMicroseconds, other.maximumMicroseconds)
  }

  /// The duration that this share of all does not exceed, in microseconds, rounded up to its bucket's end.
  func microseconds(atShare share: Double) -> Int {
    guard count > 0 else { return 0 }
    let rank = max(1, UInt64((Double(count) * share).rounded(.up)))
    var seen: UInt64 = 0
    for index in counts.indices {
      seen += counts[index]
      if seen >= rank { return min(Self.upperBound(index), maximumMicroseconds) }
    }
    return maximumMicroseconds
  }

  /// Below 128 each microsecond has a bucket; above, each power of two has 128 of them.
  static func index(_ microseconds: Int) -> Int {
    if microseconds < steps { return microseconds }
    let exponent = Int.bitWidth - 1 - microseconds.leadingZeroBitCount - stepsLog2
    return (exponent + 1) * steps + (microseconds >> exponent) - steps
  }

  static func upperBound(_ index: Int) -> Int {
    if index < steps { return index }
    let exponent = index / steps - 1
    return ((index % steps + steps + 1) << exponent) - 1
  }
}

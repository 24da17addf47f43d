import Glibc

/// What the durations of two kinds of calls say about whether they differ: Welch's t-test, as in dudect (Reparaz,
/// Balasch and Verbauwhede, 2017). Above 4.5 two kinds of calls are told apart by a clock; below it they may differ,
/// but so many calls did not show it.
///
/// On a quiet machine t also grows with what no comparison of bytes can cause: where buffers happen to lie, a branch that
/// the processor foresees. Hence a floor beside it: a comparison that stops at the first wrong byte takes a step of
/// its loop longer for each right one, and no such step is shorter than half a cycle of a fast processor.
struct TimingStatistics {
  private struct Class {
    var count = 0.0
    var mean = 0.0
    var squares = 0.0

    /// Welford's method: no sum grows so large that small differences are lost in it.
    mutating func add(_ value: Double) {
      count += 1
      let change = value - mean
      mean += change / count
      squares += change * (value - mean)
    }

    var varianceOfMean: Double { count > 1 ? squares / (count - 1) / count : .infinity }
  }

  static let thresholdOfDudect = 4.5
  /// Half a cycle at 5 GHz.
  static let floorNanoseconds = 0.1

  /// The t value; its sign says which kind took longer.
  let t: Double
  /// How many nanoseconds the second kind took longer than the first, on average.
  let differenceNanoseconds: Double

  /// Compares durations in nanoseconds. Those above a percentile of all are left out: they measure the system.
  init(first: [UInt64], second: [UInt64], percentile: Double) {
    let sorted = (first + second).sorted()
    let limit = sorted.isEmpty ? 0 : sorted[Int(Double(sorted.count - 1) * percentile)]
    var classes = (Class(), Class())
    for duration in first where duration <= limit { classes.0.add(Double(duration)) }
    for duration in second where duration <= limit { classes.1.add(Double(duration)) }
    differenceNanoseconds = classes.1.mean - classes.0.mean
    let deviation = (classes.0.varianceOfMean + classes.1.varianceOfMean).squareRoot()
    t = deviation > 0 ? differenceNanoseconds / deviation : 0
  }

  /// Whether a clock tells two kinds of calls apart, of which so many were measured at a time.
  func isTelling(callsPerSample: Int) -> Bool {
    abs(t) > Self.thresholdOfDudect
      && abs(differenceNanoseconds) / Double(callsPerSample) > Self.floorNanoseconds
  }
}

/// The clock in nanoseconds.
func clockNanoseconds() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC_RAW, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

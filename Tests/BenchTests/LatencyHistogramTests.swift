import Testing

@testable import linqhook_bench

@Suite struct LatencyHistogramTests {
  @Test func everyBucketHoldsWhatItsNumberSays() {
    for exponent in 0..<31 {
      for step in [-1, 0, 1, 77] {
        let microseconds = (1 << exponent) + step
        guard microseconds >= 0 else { continue }
        let index = LatencyHistogram.index(microseconds)
        let upper = LatencyHistogram.upperBound(index)
        #expect(upper >= microseconds)
        #expect(upper - microseconds <= microseconds / 128)
        #expect(index == 0 || LatencyHistogram.upperBound(index - 1) < microseconds)
      }
    }
  }

  @Test func percentilesAreThoseOfTheSortedList() {
    var histogram = LatencyHistogram()
    let values = (0..<10_000).map { _ in Int.random(in: 1...5_000_000) }
    for value in values { histogram.record(nanoseconds: Int64(value) * 1000) }
    let sorted = values.sorted()
    for share in [0.001, 0.5, 0.9, 0.99, 0.999, 1] {
      let exact = sorted[max(0, Int((10_000 * share).rounded(.up)) - 1)]
      let said = histogram.microseconds(atShare: share)
      #expect(said >= exact && said <= exact + exact / 64 + 1, "\(share)")
    }
    #expect(histogram.microseconds(atShare: 1) == sorted.last)
  }

  @Test func sumsCountWhatBothHave() {
    var one = LatencyHistogram()
    var other = LatencyHistogram()
    one.record(nanoseconds: 1_000_000)
    other.record(nanoseconds: 9_000_000)
    one.add(other)
    #expect(one.count == 2)
    #expect(one.microseconds(atShare: 1) == 9000)
  }

  @Test func nothingHasNoLatency() {
    #expect(LatencyHistogram().microseconds(atShare: 0.99) == 0)
  }
}

import Foundation
import Testing

@testable import LinqhookAuthentication

/// Whether a clock can tell where two codes differ. A timing test: `Tests/run --timing` runs it, and
/// nothing else at that time.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["LINQHOOK_TIMING"] != nil,
    "it measures time: run Tests/run --timing"
  )
)
struct ComparisonTimingTests {
  private static let samplesPerClass = 200_000
  /// Comparisons in one sample: a single one is shorter than the clock's steps.
  private static let callsPerSample = 32
  private static let code = (0..<AuthenticationCode.byteCount).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }

  @Test(arguments: [1, 8, 16, 31])
  func theTimeOfAComparisonDoesNotTellWhereTheFirstWrongByteIs(position: Int) {
    #expect(!Self.isTelling(position, by: ConstantTime.areEqual))
  }

  /// Else the test above would prove nothing.
  @Test(arguments: [8, 16, 31])
  func theSameMeasurementTellsItOfAComparisonThatStopsEarly(position: Int) {
    #expect(Self.isTelling(position, by: areEqualUpToTheFirstWrongByte))
  }

  /// Whether the time tells codes whose first byte is wrong from those whose byte at `position` is: in three
  /// measurements out of three, since other work on the machine can only add a difference.
  private static func isTelling(_ position: Int, by areEqual: (Span<UInt8>, Span<UInt8>) -> Bool) -> Bool {
    let all = (0..<3).map { _ in measure(position, by: areEqual) }
    for one in all {
      print(
        "position \(position): t = \(one.t), difference \(one.differenceNanoseconds / Double(callsPerSample)) ns"
      )
    }
    return all.allSatisfy { $0.isTelling(callsPerSample: callsPerSample) }
  }

  private static func measure(
    _ position: Int,
    by areEqual: (Span<UInt8>, Span<UInt8>) -> Bool
  ) -> TimingStatistics {
    let kinds = [0, position].map { wrong in
      code.indices.map { code[$0] ^ ($0 == wrong ? 0x5a : 0) }
    }
    // One buffer for both kinds: where bytes lie in memory takes its own time.
    var guess = code
    var durations: ([UInt64], [UInt64]) = ([], [])
    durations.0.reserveCapacity(samplesPerClass)
    durations.1.reserveCapacity(samplesPerClass)
    var equalCount = 0
    while durations.0.count < samplesPerClass || durations.1.count < samplesPerClass {
      // At random, so that nothing that comes and goes meets one kind more often.
      let isFirst = Bool.random()
      let kind = kinds[isFirst ? 0 : 1]
      for index in guess.indices { guess[index] = kind[index] }
      // Once beforehand: what the copying has left behind in the processor is none of the comparison's.
      if areEqual(code.span, guess.span) { equalCount += 1 }
      let begin = clockNanoseconds()
      for _ in 0..<callsPerSample where areEqual(code.span, guess.span) { equalCount += 1 }
      let duration = clockNanoseconds() - begin
      if isFirst { durations.0.append(duration) } else { durations.1.append(duration) }
    }
    // The count is used, so that no comparison may be left out.
    precondition(equalCount >= 0)
    return TimingStatistics(first: durations.0, second: durations.1, percentile: 0.9)
  }
}

/// What a careless comparison does.
@inline(never)
private func areEqualUpToTheFirstWrongByte(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
  guard left.count == right.count else { return false }
  for index in 0..<left.count where left[index] != right[index] { return false }
  return true
}

import Pacing
import Testing

@Suite struct BackoffTests {
  @Test func pausesDoubleUpToTheLongest() {
    var backoff = Backoff(first: .seconds(1), longest: .seconds(10))
    #expect((0..<6).map { _ in backoff.next() } == [1, 2, 4, 8, 10, 10].map(Duration.seconds))
  }

  @Test func startsOverAfterAReset() {
    var backoff = Backoff(first: .milliseconds(100), longest: .seconds(5))
    for _ in 0..<5 { _ = backoff.next() }
    backoff.reset()
    #expect(backoff.next() == .milliseconds(100))
  }

  @Test func aFactorOfOneKeepsThePause() {
    let backoff = Backoff(first: .seconds(3), longest: .seconds(60), factor: 1)
    #expect([1, 2, 100_000].map(backoff.pause) == Array(repeating: .seconds(3), count: 3))
  }

  @Test(arguments: [0, 1, 1000, Int.max]) func manyFailuresNeitherOverflowNorTakeTime(failures: Int) {
    let backoff = Backoff(first: .seconds(1), longest: .seconds(86_400), factor: 1.5)
    #expect(backoff.pause(afterFailures: failures) == (failures < 2 ? .seconds(1) : .seconds(86_400)))
  }

  @Test func aFirstPauseBeyondTheLongestIsCut() {
    #expect(Backoff(first: .seconds(9), longest: .seconds(2)).pause(afterFailures: 1) == .seconds(2))
  }

  @Test func theMonotonicClockGoesOn() {
    let before = MonotonicTime.now()
    #expect(MonotonicTime.now() >= before)
    #expect(before.advanced(bySeconds: 1.5).seconds(since: before) == 1.5)
    #expect(before.advanced(bySeconds: .infinity) > before.advanced(bySeconds: 3_000_000_000))
  }
}

import Testing

@testable import LinqhookDelivery

@Suite struct RetryPolicyTests {
  private let plain = RetryPolicy(attempts: 5, first: .seconds(1), factor: 3, max: .seconds(10), jitter: 0)

  @Test func byDefaultOnlyTheAgeEndsIt() {
    let policy = RetryPolicy()
    #expect(policy.next(attempt: 150, age: .seconds(23 * 3600), random: 0.5) == .retry(after: .seconds(600)))
    #expect(policy.next(attempt: 150, age: .seconds(24 * 3600), random: 0.5) == .giveUp(.age))
  }

  @Test func pausesGrowByTheFactorUpToTheLongest() {
    let pauses = (1...4).map { plain.next(attempt: $0, age: .seconds(0), random: 0.5) }
    #expect(
      pauses == [
        .retry(after: .seconds(1)), .retry(after: .seconds(3)), .retry(after: .seconds(9)),
        .retry(after: .seconds(10)),
      ]
    )
  }

  @Test func theLastAttemptIsTheLast() {
    #expect(plain.next(attempt: 5, age: .seconds(0), random: 0) == .giveUp(.attempts))
  }

  @Test func anAttemptThatWouldComeTooLateIsNotMade() {
    var policy = plain
    policy.maxAge = .seconds(100)
    #expect(policy.next(attempt: 2, age: .seconds(97), random: 0) == .retry(after: .seconds(3)))
    #expect(policy.next(attempt: 2, age: .seconds(97.1), random: 0) == .giveUp(.age))
  }

  @Test func jitterGoesBothWays() {
    var policy = plain
    policy.jitter = 0.2
    #expect(policy.pause(attempt: 1, random: 0) == .milliseconds(800))
    #expect(policy.pause(attempt: 1, random: 0.5) == .seconds(1))
    let longest = policy.pause(attempt: 4, random: 0.9999999)
    #expect(longest > .milliseconds(11_999) && longest <= .seconds(12))
    #expect(policy.longestPause == .seconds(12))
  }

  @Test(arguments: [(500, 3000), (7000, 7000), (60_000, 10_000), (-1000, 3000), (.max, 10_000)])
  func aTargetMayAskForALongerPauseUpToTheLongest(asked: Int, pause: Int) {
    let given = plain.pause(attempt: 2, requestedAfter: .milliseconds(asked), random: 0)
    #expect(given == .milliseconds(pause))
  }

  @Test func manyAttemptsDoNotOverflow() {
    var policy = plain
    policy.attempts = .max
    #expect(policy.next(attempt: 1_000_000, age: .seconds(0), random: 0) == .retry(after: .seconds(10)))
  }
}

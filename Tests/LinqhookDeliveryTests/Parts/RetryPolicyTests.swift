import Testing

@testable import LinqhookDelivery

@Suite struct RetryPolicyTests {
  private let plain = RetryPolicy(attempts: 5, firstSeconds: 1, factor: 3, maxSeconds: 10, jitter: 0)

  @Test func byDefaultOnlyTheAgeEndsIt() {
    let policy = RetryPolicy()
    #expect(policy.next(attempt: 150, ageSeconds: 23 * 3600, random: 0.5) == .retry(afterSeconds: 600))
    #expect(policy.next(attempt: 150, ageSeconds: 24 * 3600, random: 0.5) == .giveUp(.age))
  }

  @Test func pausesGrowByTheFactorUpToTheLongest() {
    let pauses = (1...4).map { plain.next(attempt: $0, ageSeconds: 0, random: 0.5) }
    #expect(
      pauses == [
        .retry(afterSeconds: 1), .retry(afterSeconds: 3), .retry(afterSeconds: 9), .retry(afterSeconds: 10),
      ]
    )
  }

  @Test func theLastAttemptIsTheLast() {
    #expect(plain.next(attempt: 5, ageSeconds: 0, random: 0) == .giveUp(.attempts))
  }

  @Test func anAttemptThatWouldComeTooLateIsNotMade() {
    var policy = plain
    policy.maxAgeSeconds = 100
    #expect(policy.next(attempt: 2, ageSeconds: 97, random: 0) == .retry(afterSeconds: 3))
    #expect(policy.next(attempt: 2, ageSeconds: 97.1, random: 0) == .giveUp(.age))
  }

  @Test func jitterGoesBothWays() {
    var policy = plain
    policy.jitter = 0.2
    #expect(policy.pauseSeconds(attempt: 1, random: 0) == 0.8)
    #expect(policy.pauseSeconds(attempt: 1, random: 0.5) == 1)
    #expect(abs(policy.pauseSeconds(attempt: 4, random: 0.9999999) - 12) < 0.001)
    #expect(policy.longestPauseSeconds == 12)
  }

  @Test(arguments: [
    (0.5, 3.0), (7, 7), (60, 10), (-1, 3), (.infinity, 3), (.nan, 3),
  ])
  func aTargetMayAskForALongerPauseUpToTheLongest(asked: Double, pause: Double) {
    #expect(plain.pauseSeconds(attempt: 2, requestedAfterSeconds: asked, random: 0) == pause)
  }

  @Test func manyAttemptsDoNotOverflow() {
    var policy = plain
    policy.attempts = .max
    #expect(policy.next(attempt: 1_000_000, ageSeconds: 0, random: 0) == .retry(afterSeconds: 10))
  }
}

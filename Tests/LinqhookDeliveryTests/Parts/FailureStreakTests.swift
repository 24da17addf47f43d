import Testing

@testable import LinqhookDelivery

@Suite struct FailureStreakTests {
  private var streak = FailureStreak()

  private mutating func fail(_ count: Int, firstTriedAt first: Int64, at: Int64) {
    for _ in 0..<count { streak.failed(firstAttemptAtMilliseconds: first, atMilliseconds: at) }
  }

  @Test mutating func threeFailedAttemptsOfOneEventAreAHandlerThatFails() {
    fail(2, firstTriedAt: 1, at: 2)
    #expect(streak.failingSinceMilliseconds == nil)
    fail(1, firstTriedAt: 1, at: 3)
    #expect(streak.failingSinceMilliseconds == 2)
  }

  @Test mutating func oneThatGoesThroughEndsIt() {
    fail(5, firstTriedAt: 1, at: 2)
    streak.succeeded(atMilliseconds: 7)
    #expect(streak.failingSinceMilliseconds == nil && streak.count == 0)
  }

  @Test mutating func anEventThatFailsWhileOthersGoThroughCountsNoMore() {
    fail(1, firstTriedAt: 1, at: 2)
    streak.succeeded(atMilliseconds: 3)
    fail(20, firstTriedAt: 1, at: 100)
    #expect(streak.count == 0)
    // Another one, which nothing went through after.
    fail(3, firstTriedAt: 4, at: 101)
    #expect(streak.failingSinceMilliseconds == 101)
  }

  @Test mutating func whatWasUnderWayBesideASuccessSaysNothing() {
    streak.succeeded(atMilliseconds: 10)
    fail(64, firstTriedAt: 9, at: 11)
    #expect(streak.count == 0)
  }
}

@Suite struct FailureNoticesTests {
  @Test func theFirstIsSaidAtOnceAndThenOneAMinuteWithTheirNumber() {
    var notices = FailureNotices()
    let first = notices.take(now: .zero)
    #expect(first == 1)
    for second in 1..<60 {
      let none = notices.take(now: .seconds(second))
      #expect(none == nil)
    }
    let next = notices.take(now: .seconds(60))
    #expect(next == 60)
  }
}

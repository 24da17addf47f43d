import LinqhookDelivery
import LinqhookInbox
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RetryTests {
  private let store = FakeStore()
  private let clock = ManualClock()
  private let policy = RetryPolicy(
    attempts: 3,
    first: .seconds(10),
    factor: 2,
    max: .seconds(60),
    jitter: 0,
    maxAge: .seconds(3600)
  )

  private func failing(_ sequences: Set<Int64>, times: Int = .max) -> ScriptedHandler {
    ScriptedHandler { attempt in
      guard sequences.contains(attempt.event.sequence), attempt.attempt <= times else { return .delivered }
      return .retry(reason: "no answer")
    }
  }

  @Test func aRetryHoldsItsLaneAndNoOther() async throws {
    let handler = failing([1], times: 1)
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) { _ in
      store.commit(["a", "b", "a"])
      await store.state.wait { $0.row(1)?.state == .retrying && $0.row(3)?.state == .waiting }
      store.commit(["a", "b"])
      await store.state.wait { $0.row(4)?.state == .waiting && $0.cursor() == 5 }
      #expect(Set(handler.delivered) == [2, 5])

      let row = try #require(store.state.value.row(1))
      #expect(row.attempts == 1)
      #expect(row.lastError == "no answer")
      #expect(row.lane == "a")
      #expect(row.dueAtMilliseconds == clock.startedAtMilliseconds + 10_000)
      #expect(row.firstAttemptAtMilliseconds == clock.startedAtMilliseconds)

      clock.advance(by: .seconds(10))
      await handler.waitForDelivered(5)
      await store.state.wait { $0.row(1)?.state == .delivered && $0.row(4) == nil }
      #expect(store.state.value.row(1)?.attempts == 2)
      #expect(store.state.value.row(3) == nil)
    }
    #expect(handler.delivered.filter { [1, 3, 4].contains($0) } == [1, 3, 4])
  }

  @Test func theAgeOfTheOldestIsLookedAtEachSecondWhateverIsWaitedForBesides() async throws {
    let handler = ScriptedHandler { attempt in
      guard attempt.attempt == 1 else { return .delivered }
      return .retry(reason: "no answer", after: attempt.event.sequence == 1 ? nil : .seconds(60))
    }
    var quick = policy
    quick.first = .seconds(0.5)
    try await dispatching([registration(handler, retry: quick)], over: store.session(), clock: clock) {
      dispatcher in
      store.commit(["a", "b"])
      await store.state.wait { $0.row(1)?.state == .retrying && $0.row(2)?.state == .retrying }
      clock.advance(by: .milliseconds(500))
      await handler.waitForDelivered(1)
      // The alarm of that retry had taken the place of the look; the other one is only due in a minute.
      await dispatcher.waitForFigures { $0.delivered == 1 }
      await clock.waitForSleeper(until: .seconds(1))
      clock.advance(by: .milliseconds(500))
      await dispatcher.waitForFigures { $0.oldestPendingAtMilliseconds == 1002 }
    }
  }

  @Test func afterTheLastAttemptTheLaneGoesOnPastADeadLetter() async throws {
    let handler = failing([1])
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) {
      dispatcher in
      store.commit(["a", "a"])
      for attempt in 1...2 {
        await store.state.wait { $0.row(1)?.attempts == attempt }
        clock.advance(by: .seconds(60))
      }
      await handler.waitForDelivered(1)
      await store.state.wait { $0.row(1)?.state == .dead && $0.row(2) == nil }
      #expect(store.state.value.row(1)?.attempts == 3)
      await dispatcher.waitForFigures { $0.deadLetters == 1 }
    }
    #expect(handler.attempts == [1, 1, 1, 2])
    #expect(handler.log.value.attempts.map(\.attempt) == [1, 2, 3, 1])
  }

  @Test func whatTheHandlerGivesUpIsDeadAtOnceWithABoundedError() async throws {
    let handler = ScriptedHandler { _ in .dead(reason: String(repeating: "ü", count: 5000)) }
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) { _ in
      store.commit(["a"])
      await store.state.wait { $0.row(1)?.state == .dead && $0.cursor() == 1 }
    }
    #expect(store.state.value.row(1)?.attempts == 1)
    #expect(store.state.value.row(1)?.lastError?.utf8.count == 4352)
  }

  @Test func aSentenceBeforeFourKibibytesOfStandardErrorCostsNothingOfTheirEnd() async throws {
    let reason = "The hook refused the event (status 65). stderr: \(String(repeating: "x", count: 4093))END"
    let handler = ScriptedHandler { _ in .dead(reason: reason) }
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) { _ in
      store.commit(["a"])
      await store.state.wait { $0.row(1)?.state == .dead && $0.cursor() == 1 }
    }
    #expect(store.state.value.row(1)?.lastError == reason)
  }

  @Test func aRestartKeepsTheTimeStillToWait() async throws {
    let first = failing([1], times: 1)
    try await dispatching([registration(first, retry: policy)], over: store.session(), clock: clock) { _ in
      store.commit(["a", "a"])
      await store.state.wait { $0.row(1)?.state == .retrying && $0.cursor() == 2 }
    }
    store.kill()
    let later = ManualClock(startedAtMilliseconds: clock.startedAtMilliseconds + 4000)
    let second = failing([1], times: 1)
    try await dispatching([registration(second, retry: policy)], over: store.session(), clock: later) { _ in
      store.commit(["a", "b"])
      await second.waitForDelivered(1)
      await store.state.wait { $0.row(3) != nil }
      #expect(second.delivered == [4])
      later.advance(by: .seconds(6))
      await second.waitForDelivered(4)
    }
    #expect(second.delivered == [4, 1, 2, 3])
    #expect(second.log.value.attempts.first { $0.event.sequence == 1 }?.attempt == 2)
  }

  @Test func aWallClockThatWentBackCannotStretchAWait() async throws {
    store.commit(["a"])
    store.apply(
      ProgressRecord(
        handler: "handler",
        cursor: 1,
        deferred: [
          DeferredDelivery(
            sequence: 1,
            state: .retrying,
            lane: "a",
            attempts: 1,
            dueAtMilliseconds: .max / 2
          )
        ]
      )
    )
    let handler = ScriptedHandler()
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) { _ in
      clock.advance(by: .seconds(60))
      await handler.waitForDelivered(1)
    }
  }

  @Test func anEventThatArrivesWhileItsLaneIsReadStaysBehind() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      if attempt.event.sequence == 1, attempt.attempt == 1 { return .retry(reason: "later") }
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) { _ in
      store.commit(Array(repeating: "a", count: 100))
      await store.state.wait { $0.cursor() == 100 }
      clock.advance(by: .seconds(10))
      await handler.waitForAttempts(2)
      for _ in 0..<50 { store.commit(["a"]) }
      gate.openAll()
      for _ in 0..<50 { store.commit(["a"]) }
      await handler.waitForDelivered(200)
      await store.state.wait { $0.handlers["handler"]?.rows.count == 1 }
    }
    #expect(handler.delivered == Array(1...200))
  }

  @Test func aStoreThatCannotBeReadIsAskedAgain() async throws {
    let handler = failing([1], times: 1)
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) { _ in
      store.commit(["a"])
      await store.state.wait { $0.row(1) != nil }
      store.state.change { $0.readFailures = 1 }
      clock.advance(by: .seconds(10))
      await store.state.wait { $0.readFailures == 0 }
      // Whether the pause after it has begun already is not to be seen.
      while handler.delivered.isEmpty, !Task.isCancelled {
        clock.advance(by: .seconds(1))
        await Task.yield()
      }
      #expect(handler.delivered == [1])
    }
  }
}

import LinqhookDelivery
import LinqhookInbox
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostponementTests {
  private let store = FakeStore()
  private let clock = ManualClock()
  private let policy = RetryPolicy(attempts: 2, first: .seconds(10), jitter: 0, maxAge: .seconds(100))

  /// Puts off these events so many times.
  private func postponing(
    _ sequences: Set<Int64>,
    after: Duration = .seconds(5),
    times: Int = .max
  ) -> ScriptedHandler {
    let asked = Observed<[Int64: Int]>([:])
    return ScriptedHandler { attempt in
      let sequence = attempt.event.sequence
      let count = asked.change { counts in
        counts[sequence, default: 0] += 1
        return counts[sequence, default: 0]
      }
      guard sequences.contains(sequence), count <= times else { return .delivered }
      return .postponed(reason: "the limit is reached", after: after)
    }
  }

  @Test func whatIsPutOffHoldsItsLaneAndNoOtherAndCountsNoAttempt() async throws {
    let handler = postponing([1], times: 3)
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) {
      dispatcher in
      store.commit(["a", "b", "a"])
      for round in 1...3 {
        await store.state.wait {
          $0.row(1)?.dueAtMilliseconds == clock.startedAtMilliseconds + Int64(round) * 5000
            && $0.cursor() == 3
        }
        #expect(store.state.value.row(1)?.state == .waiting)
        #expect(store.state.value.row(1)?.attempts == 0)
        #expect(store.state.value.row(1)?.lastError == "the limit is reached")
        #expect(handler.delivered == [2])
        clock.advance(by: .seconds(5))
      }
      await handler.waitForDelivered(3)
      #expect(handler.delivered == [2, 1, 3])
      #expect(handler.log.value.attempts.allSatisfy { $0.attempt == 1 })
      await dispatcher.waitForFigures { $0.delivered == 3 }
      #expect(dispatcher.statistics[0].retried == 0)
      #expect(dispatcher.statistics[0].lastFailure == nil)
    }
  }

  @Test func manyChatsThatArePutOffMakeNoHandlerFailing() async throws {
    let handler = postponing(Set(1...30))
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) {
      dispatcher in
      store.commit((1...30).map { "chat-\($0)" })
      store.commit(["other"])
      await handler.waitForDelivered(1)
      await dispatcher.waitForFigures { $0.delivered == 1 && $0.inFlight == 0 }
      #expect(dispatcher.statistics[0].health == .working)
      #expect(dispatcher.statistics[0].failuresInARow == 0)
    }
  }

  @Test func whatIsPutOffForAllItsTimeIsADeadLetterWithTheReason() async throws {
    let handler = postponing([1], after: .seconds(60))
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) { _ in
      store.commit(["a", "a"])
      await store.state.wait { $0.row(1)?.dueAtMilliseconds == clock.startedAtMilliseconds + 60_000 }
      clock.advance(by: .seconds(60))
      // The last wait ends with the time, and then it is asked once more.
      await store.state.wait { $0.row(1)?.dueAtMilliseconds == clock.startedAtMilliseconds + 100_000 }
      clock.advance(by: .seconds(40))
      await store.state.wait { $0.row(1)?.state == .dead }
      #expect(store.state.value.row(1)?.lastError == "the limit is reached")
      await handler.waitForDelivered(1)
    }
    #expect(handler.attempts == [1, 1, 1, 2])
  }

  @Test(arguments: [.seconds(-1), .zero, .seconds(Int64.max)] as [Duration])
  func waitsThatMakeNoSenseAreBroughtIntoBounds(after: Duration) async throws {
    let handler = postponing([1], after: after, times: 1)
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) { _ in
      store.commit(["a"])
      await store.state.wait { $0.row(1) != nil }
      let due = try #require(store.state.value.row(1)).dueAtMilliseconds - clock.startedAtMilliseconds
      #expect((10...100_000).contains(due))
      clock.advance(by: .seconds(100))
      await handler.waitForDelivered(1)
    }
  }

  @Test func aProbeThatIsPutOffLetsTheNextOneGoAtOnce() async throws {
    let isDown = Observed(true)
    let handler = ScriptedHandler { attempt in
      if attempt.event.sequence == 9 {
        return .postponed(reason: "the limit is reached", after: .seconds(50))
      }
      if attempt.event.sequence == 10 { return .skipped(reason: "own message") }
      return isDown.value ? .retry(reason: "no answer") : .delivered
    }
    let patient = RetryPolicy(attempts: 50, first: .seconds(500), jitter: 0)
    try await dispatching(
      [registration(handler, concurrency: 1, retry: patient)],
      over: store.session(),
      clock: clock
    ) { dispatcher in
      store.commit((1...11).map { "chat-\($0)" })
      await dispatcher.waitForFigures { $0.retried == 8 && $0.inFlight == 0 }
      isDown.change { $0 = false }
      await clock.waitForSleeper(until: .seconds(1))
      clock.advance(by: .seconds(1))
      await handler.waitForDelivered(1)
      #expect(handler.delivered == [11])
      await dispatcher.waitForFigures { $0.health == .working }
    }
  }
}

import LinqhookDelivery
import LinqhookInbox
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OperatorTests {
  private let store = FakeStore()
  private let clock = ManualClock()
  private let isUp = Observed(true)

  private func target() -> ScriptedHandler {
    ScriptedHandler { [isUp] _ in isUp.value ? .delivered : .dead(reason: "refused") }
  }

  @Test func aReplayHandsADeliveredEventOverAgain() async throws {
    let handler = target()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a", "a"])
      await store.state.wait { $0.cursor() == 2 }
      let outcome = try await dispatcher.replay(sequence: 1, handler: "handler")
      #expect(outcome == .queued)
      await handler.waitForDelivered(3)
      await store.state.wait { $0.handlers["handler"]?.rows.isEmpty == true }
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    #expect(handler.delivered == [1, 2, 1])
  }

  @Test func aReplayOfWhatIsStillPendingIsNone() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a", "a"])
      await handler.waitForAttempts(1)
      let outcome = try await dispatcher.replay(sequence: 1, handler: "handler")
      #expect(outcome == .alreadyPending)
      let second = try await dispatcher.replay(sequence: 2, handler: "handler")
      #expect(second == .alreadyPending)
      gate.openAll()
      await handler.waitForDelivered(2)
    }
    #expect(handler.delivered == [1, 2])
  }

  @Test func aReplayOfAnEventThatWaitsForItsRetryGoesNow() async throws {
    let handler = ScriptedHandler { $0.attempt == 1 ? .retry(reason: "later") : .delivered }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      await store.state.wait { $0.row(1)?.state == .retrying }
      let outcome = try await dispatcher.replay(sequence: 1, handler: "handler")
      #expect(outcome == .queued)
      await store.state.wait { $0.row(1)?.state == .delivered }
      store.commit(["a"])
      await handler.waitForAttempts(3)
    }
    #expect(handler.log.value.attempts.map(\.attempt) == [1, 2, 1])
  }

  /// The lane of 2 is gone once 2 went through; its row is not, until that is written.
  @Test func aReplayIntoALaneThatWasHereBeforeBringsNothingElse() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      if attempt.event.sequence == 3 { await gate.pass(3) }
      return attempt.event.sequence == 2 && attempt.attempt == 1 ? .retry(reason: "later") : .delivered
    }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a", "a"])
      await store.state.wait { $0.row(2)?.state == .retrying && $0.cursor() == 2 }
      store.state.change { $0.holdsRecords = true }
      clock.advance(by: .seconds(10))
      await handler.waitForDelivered(2)
      store.commit(["a"])
      await handler.waitForAttempts(4)
      let outcome = try await dispatcher.replay(sequence: 1, handler: "handler")
      #expect(outcome == .queued)
      gate.openAll()
      await handler.waitForDelivered(3)
      for _ in 0..<100 { await Task.yield() }
      store.releaseRecords()
      await handler.waitForDelivered(4)
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    #expect(handler.attempts == [1, 2, 2, 3, 1])
  }

  @Test func aDeadLetterIsTriedAgainWithAllItsAttempts() async throws {
    isUp.change { $0 = false }
    let handler = target()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      await store.state.wait { $0.row(1)?.state == .dead }
      isUp.change { $0 = true }
      let outcome = try await dispatcher.retryDead(sequence: 1, handler: "handler")
      #expect(outcome == .queued)
      await store.state.wait { $0.handlers["handler"]?.rows.isEmpty == true }
      await dispatcher.waitForFigures { $0.deadLetters == 0 }
    }
    #expect(handler.log.value.attempts.map(\.attempt) == [1, 1])
  }

  @Test func aDeadLetterThatIsDroppedTwiceBeforeItIsWrittenCountsOnce() async throws {
    isUp.change { $0 = false }
    try await dispatching([registration(target())], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a", "b"])
      await store.state.wait { $0.row(1)?.state == .dead && $0.row(2)?.state == .dead }
      store.state.change { $0.holdsRecords = true }
      for _ in 1...2 { try await dispatcher.dropDead(sequence: 1, handler: "handler") }
      store.releaseRecords()
      await store.state.wait { $0.row(1) == nil }
      #expect(dispatcher.statistics.map(\.deadLetters) == [1])
    }
  }

  @Test func aDeadLetterIsDroppedOnceAndNothingElseIs() async throws {
    isUp.change { $0 = false }
    try await dispatching([registration(target())], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      await store.state.wait { $0.row(1)?.state == .dead }
      try await dispatcher.dropDead(sequence: 1, handler: "handler")
      await store.state.wait { $0.row(1) == nil }
      await #expect(throws: DispatcherError.self) {
        try await dispatcher.dropDead(sequence: 1, handler: "handler")
      }
      await #expect(throws: DispatcherError.self) {
        _ = try await dispatcher.replay(sequence: 9, handler: "handler")
      }
      await #expect(throws: DispatcherError.self) {
        _ = try await dispatcher.replay(sequence: 1, handler: "nobody")
      }
      await dispatcher.waitForFigures { $0.deadLetters == 0 }
    }
  }

  @Test func figuresTellWhatHappened() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      await gate.pass(attempt.event.sequence)
      return attempt.event.sequence == 2 ? .dead(reason: "no") : .delivered
    }
    store.commit(["a"])
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      await handler.waitForAttempts(1)
      await dispatcher.waitForFigures { $0.oldestPendingAtMilliseconds == 1001 }
      store.commit(["b", "c"])
      gate.openAll()
      await store.state.wait { $0.cursor() == 3 }
      await dispatcher.waitForFigures {
        $0.delivered == 2 && $0.dead == 1 && $0.deadLetters == 1 && $0.pendingEvents == 0 && $0.inFlight == 0
          && $0.oldestPendingAtMilliseconds == nil && $0.durationSeconds.counts.reduce(0, +) == 3
      }
    }
  }
}

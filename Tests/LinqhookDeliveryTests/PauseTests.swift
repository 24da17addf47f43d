import LinqhookDelivery
import LinqhookInbox
import LogSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PauseTests {
  private let store = FakeStore()
  private let clock = ManualClock()
  private let policy = RetryPolicy(first: .seconds(10), factor: 1, jitter: 0, maxAge: .seconds(1e9))

  /// Time for whatever should not happen.
  private func lookAround() async { for _ in 0..<200 { await Task.yield() } }

  @Test func whatIsInFlightFinishesAndTheRestWaitsInOrder() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a", "b", "a"])
      await handler.waitForAttempts(2)
      try await dispatcher.setPaused(true, handler: "handler")
      gate.openAll()
      await handler.waitForDelivered(2)
      store.commit(["b", "c"])
      await lookAround()
      #expect(handler.attempts.sorted() == [1, 2])
      #expect(store.state.value.handlers["handler"]?.isPaused == true)
      await dispatcher.waitForFigures { $0.isPaused && $0.pendingEvents == 3 && $0.inFlight == 0 }
      try await dispatcher.setPaused(false, handler: "handler")
      await handler.waitForDelivered(5)
      await store.state.wait { $0.cursor() == 5 }
      await dispatcher.waitForFigures { !$0.isPaused && $0.pendingEvents == 0 }
    }
    #expect(handler.delivered.filter { $0 % 2 == 1 && $0 < 5 } == [1, 3])
    #expect(handler.delivered.filter { $0 % 2 == 0 } == [2, 4])
    #expect(!handler.log.value.brokeOrder)
  }

  @Test func aRetryWaitsUntilTheHandlerIsResumed() async throws {
    let handler = ScriptedHandler { $0.attempt == 1 ? .retry(reason: "no answer") : .delivered }
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) {
      dispatcher in
      store.commit(["a"])
      await store.state.wait { $0.row(1)?.state == .retrying }
      try await dispatcher.setPaused(true, handler: "handler")
      clock.advance(by: .seconds(60))
      await lookAround()
      #expect(handler.attempts == [1])
      try await dispatcher.setPaused(false, handler: "handler")
      await handler.waitForDelivered(1)
    }
    #expect(handler.log.value.attempts.map(\.attempt) == [1, 2])
  }

  @Test func aLongPauseTakesNothingIntoMemoryAndWritesNoRows() async throws {
    let handler = ScriptedHandler()
    store.state.change { $0.handlers["handler"]?.isPaused = true }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      for _ in 0..<10 {
        store.commit(Array(repeating: "busy", count: 1000))
        clock.advance(by: .seconds(1))
        await lookAround()
      }
      #expect(store.state.value.records.isEmpty)
      #expect(dispatcher.statistics[0].pendingEvents == 10_000)
      try await dispatcher.setPaused(false, handler: "handler")
      // A queue of one chat with more than memory takes is parked after a moment.
      while handler.log.value.delivered.count < 10_000 {
        clock.advance(by: .milliseconds(100))
        await Task.yield()
      }
    }
    #expect(handler.delivered == Array(1...10_000))
  }

  @Test func aPauseOutlastsARestartAndIsSaidAtTheStart() async throws {
    let log = CapturedLog()
    try await dispatching([registration(ScriptedHandler())], over: store.session(), clock: clock) {
      try await $0.setPaused(true, handler: "handler")
    }
    store.commit(["a"])
    let handler = ScriptedHandler()
    try await dispatching(
      [registration(handler)],
      over: store.session(),
      clock: clock,
      logger: log.logger
    ) { dispatcher in
      #expect(dispatcher.statistics[0].isPaused)
      await lookAround()
      #expect(handler.attempts.isEmpty)
      try await dispatcher.setPaused(false, handler: "handler")
      await handler.waitForDelivered(1)
    }
    #expect(log.lines.contains { $0.hasPrefix("notice handler is paused") })
    #expect(store.state.value.handlers["handler"]?.isPaused == false)
  }

  @Test func aReloadThatChangesTheHandlerLeavesItPaused() async throws {
    let (old, new) = (ScriptedHandler(), ScriptedHandler())
    try await dispatching([registration(old, fingerprint: "1")], over: store.session(), clock: clock) {
      dispatcher in
      try await dispatcher.setPaused(true, handler: "handler")
      try await dispatcher.reconfigure([registration(new, fingerprint: "2")])
      #expect(dispatcher.statistics[0].isPaused)
      store.commit(["a"])
      await lookAround()
      #expect(new.attempts.isEmpty)
      try await dispatcher.setPaused(false, handler: "handler")
      await new.waitForDelivered(1)
    }
  }

  @Test func aPausedHandlerDoesNotCountAsFailing() async throws {
    let handler = ScriptedHandler { _ in .retry(reason: "down") }
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) {
      dispatcher in
      store.commit(["a"])
      while dispatcher.statistics[0].health == .working {
        clock.advance(by: .seconds(10))
        await Task.yield()
      }
      try await dispatcher.setPaused(true, handler: "handler")
      #expect(dispatcher.statistics[0].health == .working)
      #expect(dispatcher.handlerStatuses()[0].isPaused)
      #expect(dispatcher.statistics[0].lastFailure?.reason == "down")
      try await dispatcher.setPaused(false, handler: "handler")
      #expect(dispatcher.statistics[0].health != .working)
    }
  }

  @Test func aReplayToAPausedHandlerWaits() async throws {
    let handler = ScriptedHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      await store.state.wait { $0.cursor() == 1 }
      try await dispatcher.setPaused(true, handler: "handler")
      let outcome = try await dispatcher.replay(sequence: 1, handler: "handler")
      #expect(outcome == .queued)
      await store.state.wait { $0.row(1) != nil }
      await lookAround()
      #expect(handler.attempts == [1])
      try await dispatcher.setPaused(false, handler: "handler")
      await handler.waitForDelivered(2)
    }
  }

  @Test func batchesWaitAsWellAndOneThatFailedGoesOn() async throws {
    let isUp = Observed(true)
    let handler = ScriptedBatchHandler { _ in isUp.value ? nil : .retry(reason: "full") }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      await store.state.wait { $0.cursor() == 1 }
      try await dispatcher.setPaused(true, handler: "handler")
      store.commit(["a", "a"])
      await lookAround()
      #expect(handler.log.value.kept == [1])
      isUp.change { $0 = false }
      try await dispatcher.setPaused(false, handler: "handler")
      await dispatcher.waitForFigures { $0.failuresInARow == 1 }
      try await dispatcher.setPaused(true, handler: "handler")
      #expect(dispatcher.statistics[0].health == .working)
      isUp.change { $0 = true }
      clock.advance(by: .seconds(30))
      await lookAround()
      #expect(handler.log.value.kept == [1])
      try await dispatcher.setPaused(false, handler: "handler")
      await store.state.wait { $0.cursor() == 3 }
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    #expect(handler.log.value.kept == [1, 2, 3])
  }

  @Test(arguments: [true, false])
  func aPausedHandlerIsDrainedAtOnce(isBatch: Bool) async throws {
    let (single, batch) = (ScriptedHandler(), ScriptedBatchHandler { _ in .retry(reason: "full") })
    let handler = isBatch ? registration(batch) : registration(single)
    try await dispatching([handler], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      if isBatch { await dispatcher.waitForFigures { $0.failuresInARow == 1 } }
      try await dispatcher.setPaused(true, handler: "handler")
      clock.advance(by: .seconds(30))
      await lookAround()
      store.commit(["a"])
    }
    #expect(isBatch ? batch.log.value.stops == 1 : single.log.value.stops == 1)
  }

  @Test func whatIsUnknownOrCannotBeNotedIsSaidAndChangesNothing() async throws {
    let handler = ScriptedHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      await #expect(throws: DispatcherError.self) { try await dispatcher.setPaused(true, handler: "nobody") }
      store.state.change { $0.readFailures = 1 }
      await #expect(throws: InboxError.self) { try await dispatcher.setPaused(true, handler: "handler") }
      #expect(!dispatcher.statistics[0].isPaused)
      store.commit(["a"])
      await handler.waitForDelivered(1)
    }
  }

  @Test func whileNothingRunsAPauseIsNotedForTheNextStart() async throws {
    let rules = ["handler", "new"].map { StoppedDeliveries.Rule(handler: $0, filter: .all, order: .chat) }
    let stopped = StoppedDeliveries(store: store.session(), rules: rules)
    try await stopped.setPaused(true, handler: "handler")
    #expect(store.state.value.handlers["handler"]?.isPaused == true)
    let error = await #expect(throws: DispatcherError.self) {
      try await stopped.setPaused(true, handler: "new")
    }
    #expect(error?.code == .unknownHandler)
    await #expect(throws: DispatcherError.self) { try await stopped.setPaused(true, handler: "gone") }
    try await stopped.setPaused(false, handler: "handler")
    #expect(store.state.value.handlers["handler"]?.isPaused == false)
  }
}

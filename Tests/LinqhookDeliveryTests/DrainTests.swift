import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DrainTests {
  private let store = FakeStore()
  private let clock = ManualClock()

  private func start(_ handler: ScriptedHandler, concurrency: Int = 2) async throws -> (
    Dispatcher, Task<Void, Never>
  ) {
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: [registration(handler, concurrency: concurrency)],
      clock: clock,
      logger: silent
    )
    try await dispatcher.start()
    return (dispatcher, Task { await dispatcher.run() })
  }

  @Test func aDrainLetsWhatIsInFlightFinishAndStartsNothing() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    let (dispatcher, running) = try await start(handler)
    store.commit(["a", "b", "c"])
    await handler.waitForAttempts(2)
    let drain = Task { await dispatcher.drain(within: .seconds(20)) }
    await clock.waitForSleeper(until: .seconds(20))
    gate.openAll()
    await drain.value
    await running.value
    #expect(handler.attempts.sorted() == [1, 2])
    #expect(handler.log.value.stops == 1)
    #expect(store.state.value.cursor() == 2)
  }

  /// A worker that answers when its input ends must learn of the drain before its time is over.
  @Test func aHandlerIsToldOfTheDrainAndHowLongItMayTake() async throws {
    let gate = Gate()
    let times = Observed<[Duration]>([])
    let handler = ScriptedHandler(
      answer: { attempt in
        await gate.pass(attempt.event.sequence)
        return attempt.event.sequence == 1 ? .interrupted : .delivered
      },
      onDrain: { time in
        times.change { $0.append(time) }
        gate.openAll()
      }
    )
    let (dispatcher, running) = try await start(handler)
    store.commit(["a", "b"])
    await handler.waitForAttempts(2)
    await dispatcher.drain(within: .seconds(20))
    await running.value
    #expect(times.value == [.seconds(20)])
    #expect(store.state.value.cursor() == 2)
    // What the handler did not come to is handed over again, and does not count.
    #expect(store.state.value.row(1)?.state == .waiting)
    #expect(store.state.value.row(1)?.attempts == 0)
  }

  @Test func whatDoesNotFinishInTimeIsCancelledAndDoesNotCountAsAnAttempt() async throws {
    let handler = ScriptedHandler { attempt in
      guard attempt.event.sequence == 1 else { return .delivered }
      await untilCancelled()
      return .retry(reason: "cancelled")
    }
    let (dispatcher, running) = try await start(handler)
    store.commit(["a", "b"])
    await handler.waitForDelivered(1)
    let drain = Task { await dispatcher.drain(within: .seconds(20)) }
    await clock.waitForSleeper(until: .seconds(20))
    clock.advance(by: .seconds(20))
    await drain.value
    await running.value
    // The cursor passed the event that was cut off: it has a row, and no attempt.
    #expect(store.state.value.cursor() == 2)
    #expect(store.state.value.row(1)?.state == .waiting)
    #expect(store.state.value.row(1)?.attempts == 0)
  }

  @Test func aDrainDoesNotWaitForRetriesOrForEver() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      // Does not obey cancellation.
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    let (dispatcher, running) = try await start(handler)
    store.commit(["a"])
    await handler.waitForAttempts(1)
    let drain = Task { await dispatcher.drain(within: .seconds(20)) }
    await clock.waitForSleeper(until: .seconds(20))
    clock.advance(by: .seconds(20))
    await clock.waitForSleeper(until: .seconds(30))
    clock.advance(by: .seconds(10))
    await drain.value
    await running.value
    #expect(handler.log.value.stops == 1)
    gate.openAll()
  }

  @Test func whatBlocksTheCursorGetsARowAfterAQuarterOfASecond() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    let (dispatcher, running) = try await start(handler)
    store.commit(["slow", "quick", "slow"])
    gate.open(2)
    await handler.waitForDelivered(1)
    await clock.waitForSleeper(until: .milliseconds(250))
    clock.advance(by: .milliseconds(250))
    await store.state.wait { $0.cursor() == 2 }
    #expect(store.state.value.row(1)?.state == .waiting)
    #expect(store.state.value.row(3) == nil)
    gate.openAll()
    await handler.waitForDelivered(3)
    await store.state.wait { $0.row(1) == nil && $0.cursor() == 3 }
    await dispatcher.drain(within: .zero)
    await running.value
  }

  /// Else the store would count all of them as pending, and refuse new ones in the end.
  @Test func whatIsFilteredBehindASlowEventPassesItAsWell() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    let wanted = registration(handler, filter: EventFilter(types: [EventTypePattern("message.*")]))
    try await dispatching([wanted], over: store.session(), clock: clock) { _ in
      store.commit(["slow"])
      await handler.waitForAttempts(1)
      store.commit(["slow", "quick", "slow"], type: "chat.typing_indicator.started")
      await clock.waitForSleeper(until: .milliseconds(250))
      clock.advance(by: .milliseconds(250))
      await store.state.wait { $0.cursor() == 4 && $0.row(1)?.state == .waiting }
      gate.openAll()
      await store.state.wait { $0.row(1) == nil }
    }
    #expect(handler.delivered == [1])
  }

  @Test func aDispatcherThatNeverRanCanBeDrained() async throws {
    let handler = ScriptedHandler()
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: [registration(handler)],
      clock: clock,
      logger: silent
    )
    try await dispatcher.start()
    await dispatcher.drain(within: .zero)
    #expect(handler.log.value.stops == 1)
    await dispatcher.run()
  }

  @Test func cancellationOfTheTaskEndsTheRun() async throws {
    let handler = ScriptedHandler { _ in
      await untilCancelled()
      return .retry(reason: "cancelled")
    }
    let (_, running) = try await start(handler)
    store.commit(["a"])
    await handler.waitForAttempts(1)
    running.cancel()
    await running.value
    #expect(handler.log.value.stops == 1)
    #expect(store.state.value.row(1) == nil)
  }
}

/// Returns when the task is cancelled.
func untilCancelled() async {
  let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
  for await _ in stream {}
  continuation.finish()
}

import LinqhookDelivery
import LinqhookInbox
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OutboxTests {
  private let store = FakeStore()
  private let clock = ManualClock()
  private let policy = RetryPolicy(attempts: 3, first: .seconds(10), jitter: 0)
  private let bytes: [UInt8] = [1, 2, 3]

  /// Keeps the bytes at the first attempt, then does as the test says.
  private func keeping(
    then answer: @escaping @Sendable (DeliveryAttempt) async -> DeliveryResult = { _ in .delivered }
  ) -> ScriptedHandler {
    ScriptedHandler { [bytes] attempt in
      if attempt.outbox == nil {
        do { try await attempt.keep(bytes) } catch { return .retry(reason: "\(error)") }
      }
      return await answer(attempt)
    }
  }

  private func outboxes(_ handler: ScriptedHandler) -> [[UInt8]?] { handler.log.value.attempts.map(\.outbox) }

  /// Runs over the store until `isOver`, then everything it has not committed is lost.
  private func killed(_ handler: ScriptedHandler, concurrency: Int = 4, once isOver: () async -> Void)
    async throws
  {
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: [registration(handler, concurrency: concurrency)],
      clock: clock,
      logger: silent
    )
    try await dispatcher.start()
    let running = Task { await dispatcher.run() }
    await isOver()
    store.kill()
    running.cancel()
    await running.value
  }

  @Test func whatIsKeptIsOnDiskBeforeKeepReturns() async throws {
    let returned = Observed(false)
    let handler = keeping { _ in
      returned.change { $0 = true }
      return .delivered
    }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      store.state.change { $0.holdsRecords = true }
      store.commit(["a"])
      await store.state.wait { $0.heldRecords.contains { $0.record.deferred.first?.outbox == bytes } }
      for _ in 0..<100 { await Task.yield() }
      #expect(!returned.value)
      store.releaseRecords()
      await handler.waitForDelivered(1)
      await store.state.wait { $0.cursor() == 1 && $0.row(1) == nil }
    }
    #expect(outboxes(handler) == [nil])
  }

  @Test func afterAKillTheOutboxComesBackOnceAndInTheOrderOfItsChat() async throws {
    store.commit(["a", "a", "b"])
    let stuck = keeping { _ in
      await untilCancelled()
      return .retry(reason: "cancelled")
    }
    try await killed(stuck) {
      await store.state.wait { $0.row(1)?.outbox == bytes && $0.row(3)?.outbox == bytes }
    }

    let handler = ScriptedHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: LeapingClock()) {
      dispatcher in
      await handler.waitForDelivered(3)
      await store.state.wait { $0.cursor() == 3 && $0.handlers["handler"]?.rows.isEmpty == true }
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    #expect(handler.delivered.filter { $0 != 3 } == [1, 2])
    let kept = handler.log.value.attempts.filter { $0.outbox == bytes }
    #expect(kept.map(\.event.sequence).sorted() == [1, 3])
    #expect(kept.map(\.attempt) == [1, 1])
  }

  /// An older event is still under way, so the cursor stands before both.
  @Test func whatWasDeliveredWithAnOutboxIsNotHandedOverAgainAfterAKill() async throws {
    store.commit(["slow", "quick"])
    let first = ScriptedHandler { [bytes] attempt in
      guard attempt.event.sequence == 2 else {
        await untilCancelled()
        return .retry(reason: "cancelled")
      }
      do { try await attempt.keep(bytes) } catch { return .dead(reason: "\(error)") }
      return .delivered
    }
    try await killed(first) { await store.state.wait { $0.row(2)?.state == .delivered } }
    #expect(store.state.value.row(2)?.outbox == nil)

    let second = ScriptedHandler()
    try await dispatching([registration(second)], over: store.session(), clock: clock) { _ in
      await second.waitForDelivered(1)
      await store.state.wait { $0.cursor() == 2 && $0.row(1) == nil }
    }
    #expect(second.attempts == [1])
    #expect(outboxes(second) == [nil])
  }

  @Test func anOutboxStaysThroughRetriesAndWithADeadLetterAndGoesWithAReplay() async throws {
    let isUp = Observed(false)
    let handler = keeping { attempt in isUp.value ? .delivered : .retry(reason: "no answer") }
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) {
      dispatcher in
      store.commit(["a"])
      for attempt in 1...2 {
        await store.state.wait { $0.row(1)?.attempts == attempt }
        clock.advance(by: .seconds(60))
      }
      await store.state.wait { $0.row(1)?.state == .dead }
      #expect(store.state.value.row(1)?.outbox == bytes)
      isUp.change { $0 = true }
      _ = try await dispatcher.retryDead(sequence: 1, handler: "handler")
      await handler.waitForAttempts(4)
      await store.state.wait { $0.row(1) == nil }
      _ = try await dispatcher.replay(sequence: 1, handler: "handler")
      await handler.waitForAttempts(5)
      await store.state.wait { $0.row(1) == nil }
    }
    #expect(outboxes(handler) == [nil, bytes, bytes, bytes, nil])
    #expect(handler.log.value.attempts.map(\.attempt) == [1, 2, 3, 1, 1])
  }

  @Test func aDeadLetterThatIsRetriedWhileNothingRunsKeepsItsOutbox() async throws {
    store.commit(["a", "b"])
    store.state.change { state in
      state.handlers["handler"]?.cursor = 2
      for (sequence, kind) in [(1, .dead), (2, .skipped)] as [(Int64, DeferredDelivery.State)] {
        state.handlers["handler"]?.rows[sequence] = DeferredDelivery(
          sequence: sequence,
          state: kind,
          lane: "a",
          outbox: [9]
        )
      }
    }
    let stopped = StoppedDeliveries(
      store: store.session(),
      rules: [.init(handler: "handler", filter: .all, order: .chat)]
    )
    _ = try await stopped.retryDead(sequence: 1, handler: "handler")
    _ = try await stopped.replay(sequence: 2, handler: "handler")
    #expect(store.state.value.row(1)?.outbox == [9])
    #expect(store.state.value.row(2)?.outbox == nil)
    #expect(store.state.value.row(2)?.state == .waiting)
  }

  @Test func whatIsInterruptedAndGoesOnAtOnceHasItsOutbox() async throws {
    let handler = keeping { $0.outbox == nil ? .interrupted : .delivered }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      store.commit(["a"])
      await handler.waitForDelivered(1)
      await store.state.wait { $0.cursor() == 1 && $0.row(1) == nil }
    }
    #expect(outboxes(handler) == [nil, bytes])
  }

  @Test func aLaterOutboxReplacesTheOneBeforeAndNoBytesRemoveIt() async throws {
    let handler = ScriptedHandler { attempt in
      let next: [UInt8]
      switch attempt.attempt {
      case 1: next = [1]
      case 2: next = [2]
      case 3: next = []
      default: return .delivered
      }
      do { for kept in [[8], next] { try await attempt.keep(kept) } } catch {
        return .dead(reason: "\(error)")
      }
      return .retry(reason: "no answer")
    }
    let patient = RetryPolicy(first: .seconds(10), jitter: 0)
    try await dispatching([registration(handler, retry: patient)], over: store.session(), clock: clock) { _ in
      store.commit(["a"])
      for attempt in 1...3 {
        await store.state.wait { $0.row(1)?.attempts == attempt }
        clock.advance(by: .seconds(60))
      }
      await handler.waitForDelivered(1)
    }
    #expect(outboxes(handler) == [nil, [1], [2], nil])
  }

  @Test func keepThrowsWhenTheStoreCannotWrite() async throws {
    let handler = keeping()
    try await dispatching([registration(handler, retry: policy)], over: store.session(), clock: clock) { _ in
      store.state.change { $0.recordFailures = 1 }
      store.commit(["a"])
      // The record that failed is written again, and so is what comes after it.
      await handler.log.wait { $0.attempts.count == 1 && $0.running.isEmpty }
      await clock.waitForSleeper(until: .milliseconds(100))
      clock.advance(by: .milliseconds(100))
      await store.state.wait { $0.row(1)?.attempts == 1 }
      #expect(store.state.value.row(1)?.lastError == "The disk is broken.")
      clock.advance(by: .seconds(10))
      await handler.waitForDelivered(1)
    }
    // The handler has not acted on it, and may now.
    #expect(outboxes(handler) == [nil, bytes])
  }

  @Test func aDrainThatReachesItsEndBreaksOffAKeepThatTheStoreDoesNotAnswer() async throws {
    let failure = Observed<String?>(nil)
    let handler = ScriptedHandler { [bytes] attempt in
      do { try await attempt.keep(bytes) } catch { failure.change { $0 = "\(error)" } }
      return .retry(reason: "cancelled")
    }
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: [registration(handler)],
      clock: clock,
      logger: silent
    )
    try await dispatcher.start()
    let running = Task { await dispatcher.run() }
    store.state.change { $0.holdsRecords = true }
    store.commit(["a"])
    await store.state.wait { !$0.heldRecords.isEmpty }
    let drain = Task { await dispatcher.drain(within: .seconds(20)) }
    await clock.waitForSleeper(until: .seconds(20))
    clock.advance(by: .seconds(20))
    await failure.wait { $0 == "CancellationError()" }
    store.releaseRecords()
    await drain.value
    await running.value
    #expect(store.state.value.row(1)?.outbox == bytes)
    #expect(store.state.value.row(1)?.attempts == 0)
  }

  @Test func aDrainLetsAKeepFinish() async throws {
    let gate = Gate()
    let handler = ScriptedHandler { [bytes] attempt in
      await gate.pass(attempt.event.sequence)
      do { try await attempt.keep(bytes) } catch { return .dead(reason: "\(error)") }
      return .delivered
    }
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: [registration(handler)],
      clock: clock,
      logger: silent
    )
    try await dispatcher.start()
    let running = Task { await dispatcher.run() }
    store.commit(["a"])
    await handler.waitForAttempts(1)
    let drain = Task { await dispatcher.drain(within: .seconds(20)) }
    await clock.waitForSleeper(until: .seconds(20))
    gate.openAll()
    await drain.value
    await running.value
    #expect(handler.delivered == [1])
    #expect(store.state.value.row(1) == nil)
  }

  @Test func afterTheAttemptIsOverNothingIsKept() async throws {
    let handler = ScriptedHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      store.commit(["a", "a"])
      await store.state.wait { $0.cursor() == 2 }
    }
    for attempt in handler.log.value.attempts {
      await #expect(throws: DispatcherError.self) { try await attempt.keep(bytes) }
    }
    #expect(store.state.value.row(1) == nil)
  }

  @Test func aHandlerThatKeepsNothingWritesNoRows() async throws {
    let handler = ScriptedHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      store.commit((0..<100).map { "chat-\($0 % 7)" })
      await store.state.wait { $0.cursor() == 100 }
    }
    #expect(store.state.value.records.allSatisfy { $0.deferred.isEmpty && $0.removed.isEmpty })
  }

  @Test func whatIsSkippedIsSettledWithItsReasonAndLetsItsChatGoOn() async throws {
    let handler = ScriptedHandler { attempt in
      attempt.event.sequence == 1 ? .skipped(reason: "own message") : .delivered
    }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a", "a"])
      await handler.waitForDelivered(1)
      await store.state.wait { $0.cursor() == 2 && $0.row(1) != nil }
      #expect(store.state.value.row(1)?.state == .skipped)
      #expect(store.state.value.row(1)?.lastError == "own message")
      #expect(store.state.value.row(1)?.attempts == 0)
      await dispatcher.waitForFigures { $0.skipped == 1 && $0.delivered == 1 && $0.pendingEvents == 0 }
      _ = try await dispatcher.replay(sequence: 1, handler: "handler")
      await handler.waitForAttempts(3)
    }
  }
}

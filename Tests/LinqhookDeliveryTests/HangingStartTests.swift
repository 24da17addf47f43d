import LinqhookDelivery
import LinqhookInbox
import Testing

// A handler that opens a file on a dead mount may never come back from its start.
@Suite(.timeLimit(.minutes(1)))
struct HangingStartTests {
  private let store = FakeStore(handlers: ["works"])
  private let clock = ManualClock()
  private let hanging = HangingStartHandler()
  private let working = ScriptedHandler()

  private var old: HandlerRegistration { registration(working, name: "works", fingerprint: "1") }
  private var new: HandlerRegistration { registration(hanging, name: "hangs", fingerprint: "1") }

  /// Lets time pass, once a start hangs, until it is given up.
  private func givenUp(_ task: Task<Void, any Error>, of gate: StartGate) async -> DispatcherError? {
    await gate.reached.wait { $0 }
    let isOver = Observed(false)
    let end = Task {
      defer { isOver.change { $0 = true } }
      return await task.result
    }
    while !isOver.value {
      clock.advance(by: .seconds(1))
      for _ in 0..<10 { await Task.yield() }
    }
    guard case .failure(let error) = await end.value else { return nil }
    return error as? DispatcherError
  }

  @Test func theStartOfAllIsGivenUpAfterATime() async throws {
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: [old, new],
      clock: clock,
      logger: silent
    )
    let start = Task { try await dispatcher.start() }
    let error = await givenUp(start, of: hanging.gate)
    #expect(error?.code == .handlerNotStarted)
    #expect(error?.description.contains("\"hangs\" did not start within 30 s") == true)
    #expect(working.log.value.stops == 1)
    hanging.goOn()
    await hanging.log.wait { $0.stops == 1 }
  }

  @Test func aReloadIsGivenUpAndThoseOfBeforeGoOn() async throws {
    try await dispatching([old], over: store.session(), clock: clock) { dispatcher in
      let reload = Task { try await dispatcher.reconfigure([old, new]) }
      let error = await givenUp(reload, of: hanging.gate)
      #expect(error?.code == .handlerNotStarted)
      #expect(dispatcher.statistics.map(\.handler) == ["works"])
      store.commit(["a"])
      await working.waitForDelivered(1)
      // It comes back too late: it is stopped, and nothing goes to it.
      hanging.goOn()
      await hanging.log.wait { $0.stops == 1 }
      store.commit(["a"])
      await working.waitForDelivered(2)
    }
    #expect(hanging.log.value.attempts.isEmpty)
    #expect(store.state.value.handlers["hangs"] == nil)
  }

  @Test func aDrainDoesNotWaitForIt() async throws {
    let dispatcher = Dispatcher(store: store.session(), registrations: [old], clock: clock, logger: silent)
    try await dispatcher.start()
    let running = Task { await dispatcher.run() }
    let reload = Task { try await dispatcher.reconfigure([old, new]) }
    await hanging.gate.reached.wait { $0 }
    // The clock stands: whoever waited for the start would wait for ever.
    await dispatcher.drain(within: .seconds(20))
    await running.value
    let error = await #expect(throws: DispatcherError.self) { try await reload.value }
    #expect(error?.code == .stopping)
    #expect(working.log.value.stops == 1 && working.log.value.starts == 1)
    #expect(store.state.value.handlers["hangs"] == nil)
    hanging.goOn()
    await hanging.log.wait { $0.stops == 1 }
  }

  @Test func aBatchHandlerThatComesBackTooLateRecordsNothing() async throws {
    let store = FakeStore(handlers: ["works", "hangs"])
    let late = LateBatchHandler()
    try await dispatching([old], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      await working.waitForDelivered(1)
      let reload = Task {
        try await dispatcher.reconfigure([old, registration(late, name: "hangs")])
      }
      let error = await givenUp(reload, of: late.gate)
      #expect(error?.code == .handlerNotStarted)
      late.gate.open()
      await late.log.wait { $0.stops == 1 }
    }
    #expect(store.state.value.records.allSatisfy { $0.handler == "works" })
  }
}

/// Does not come back from its start before `goOn`.
private final class HangingStartHandler: EventHandler {
  let log = Observed(ScriptedHandler.Log())
  let gate = StartGate()

  func goOn() { gate.open() }

  func start() async throws {
    await gate.pass()
    log.change { $0.starts += 1 }
  }

  func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    log.change { $0.attempts.append(attempt) }
    return .delivered
  }

  func stop() async { log.change { $0.stops += 1 } }
}

/// Comes back late and says that much is lost.
private actor LateBatchHandler: BatchEventHandler {
  nonisolated let log = Observed(ScriptedBatchHandler.Log())
  nonisolated let gate = StartGate()

  func start(checkpoint: [UInt8]?, cursor: Int64) async throws -> BatchResumption {
    await gate.pass()
    return .after(sequence: 0)
  }

  func handle(_ events: [StoredEvent]) async -> BatchResult { .delivered(checkpoint: nil) }
  func reopen() async {}

  func stop() async -> [UInt8]? {
    log.change { $0.stops += 1 }
    return Array("late".utf8)
  }
}

/// Where a start hangs, and whether it has come so far.
private final class StartGate: Sendable {
  let reached = Observed(false)
  private let isOpen = Observed(false)

  func pass() async {
    reached.change { $0 = true }
    await isOpen.wait { $0 }
  }

  func open() { isOpen.change { $0 = true } }
}

import ChildProcesses
import Dispatch
import LinqhookDelivery
import LinqhookInbox
import Synchronization
import Testing

// A handler in a call that does not return, a write to a dead mount for example, keeps its executor.
@Suite(.timeLimit(.minutes(1)))
struct HangingHandlerTests {
  private let store = FakeStore(handlers: ["hangs", "works"])
  private let clock = ManualClock()
  private let hanging = HangingBatchHandler()
  private let working = ScriptedHandler()

  private func registrations(fingerprint: String = "1") -> [HandlerRegistration] {
    [
      registration(hanging, name: "hangs", fingerprint: fingerprint),
      registration(working, name: "works", fingerprint: "1"),
    ]
  }

  private func deliver(_ count: Int64) async {
    store.commit(["a"])
    await store.state.wait { $0.cursor("hangs") == count && $0.cursor("works") == count }
  }

  private func hangInABatch() async {
    hanging.hang(in: .handle)
    store.commit(["a"])
    await hanging.log.wait { $0.isHanging }
  }

  @Test func itIsPausedAllTheSame() async throws {
    defer { hanging.goOn() }
    try await dispatching(registrations(), over: store.session(), clock: clock) { dispatcher in
      await deliver(1)
      await hangInABatch()
      try await dispatcher.setPaused(true, handler: "hangs")
      store.commit(["a"])
      await working.waitForDelivered(3)
      hanging.goOn()
      await store.state.wait { $0.cursor("hangs") == 2 }
      for _ in 0..<200 { await Task.yield() }
      #expect(hanging.log.value.kept == [1, 2])
      try await dispatcher.setPaused(false, handler: "hangs")
      await store.state.wait { $0.cursor("hangs") == 3 }
    }
  }

  @Test func itHoldsUpNoReplayToOthersAndAReplayToItIsWithdrawn() async throws {
    defer { hanging.goOn() }
    try await dispatching(registrations(), over: store.session(), clock: clock) { dispatcher in
      await deliver(1)
      await hangInABatch()
      let toAll = Task { try await dispatcher.replay(sequence: 1) }
      await clock.waitForSleeper(until: .seconds(5))
      clock.advance(by: .seconds(5))
      let outcomes = try await toAll.value
      #expect(outcomes.map(\.handler) == ["hangs", "works"])
      #expect(outcomes.map(\.outcome) == [.handlerHangs, .queued])
      await working.waitForDelivered(3)

      let toIt = Task { try await dispatcher.replay(sequence: 1, handler: "hangs") }
      await clock.waitForSleeper(until: .seconds(10))
      clock.advance(by: .seconds(5))
      let error = await #expect(throws: DispatcherError.self) { try await toIt.value }
      #expect(error?.code == .handlerHangs)

      hanging.goOn()
      await store.state.wait { $0.cursor("hangs") == 2 }
      // Stands behind the two that were withdrawn.
      let outcome = try await dispatcher.replay(sequence: 2, handler: "hangs")
      #expect(outcome == .queued)
      await store.state.wait { $0.records.contains { $0.removed == [2] } }
    }
    #expect(hanging.log.value.kept == [1, 2, 2])
  }

  @Test func aDrainLeavesItAloneAndItStopsShouldItGoOn() async throws {
    defer { hanging.goOn() }
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: registrations(),
      clock: clock,
      logger: silent
    )
    try await dispatcher.start()
    let running = Task { await dispatcher.run() }
    await hangInABatch()
    let drain = Task { await dispatcher.drain(within: .seconds(3)) }
    await clock.waitForSleeper(until: .seconds(18))
    clock.advance(by: .seconds(18))
    await drain.value
    await running.value
    #expect(working.log.value.stops == 1)
    #expect(store.state.value.cursor("hangs") == 0)
    hanging.goOn()
    await hanging.log.wait { $0.stops == 1 }
    await store.state.wait { $0.cursor("hangs") == 1 }
  }

  @Test func aReloadThatWouldChangeItIsRefusedAndDisturbsNothing() async throws {
    defer { hanging.goOn() }
    try await dispatching(registrations(), over: store.session(), clock: clock) { dispatcher in
      await hangInABatch()
      let reload = Task { try await dispatcher.reconfigure(registrations(fingerprint: "2")) }
      await clock.waitForSleeper(until: .seconds(5))
      clock.advance(by: .seconds(5))
      let error = await #expect(throws: DispatcherError.self) { try await reload.value }
      #expect(error?.code == .handlerHangs)
      hanging.goOn()
      await deliver(2)
    }
    #expect(hanging.log.value.kept == [1, 2])
    #expect(hanging.log.value.starts == 1)
  }

  /// The next one could get what the first has in its hands, and both would record it.
  @Test func noOtherTakesOverWhileItHangsInItsStop() async throws {
    defer { hanging.goOn() }
    let next = ScriptedBatchHandler()
    try await dispatching(registrations(), over: store.session(), clock: clock) { dispatcher in
      hanging.hang(in: .stop)
      let changed = [registration(next, name: "hangs", fingerprint: "2"), registrations()[1]]
      let reload = Task { try await dispatcher.reconfigure(changed) }
      await hanging.log.wait { $0.isHanging }
      await clock.waitForSleeper(until: .seconds(25))
      clock.advance(by: .seconds(25))
      let error = await #expect(throws: DispatcherError.self) { try await reload.value }
      #expect(error?.code == .handlerHangs)
      #expect(next.log.value.startedWith == nil && hanging.log.value.starts == 1)
      #expect(dispatcher.statistics.map(\.handler) == ["hangs", "works"])
      hanging.goOn()
      // Once it has stopped, another may.
      try await dispatcher.reconfigure(changed)
      await deliver(1)
    }
    #expect(next.log.value.kept == [1])
  }

  @Test func whoReopensFilesDoesNotWaitForIt() async throws {
    defer { hanging.goOn() }
    try await dispatching(registrations(), over: store.session(), clock: clock) { dispatcher in
      await hangInABatch()
      let reopening = Task { await dispatcher.reopen() }
      await clock.waitForSleeper(until: .seconds(5))
      clock.advance(by: .seconds(5))
      await reopening.value
      hanging.goOn()
      await hanging.log.wait { $0.reopens == 1 }
    }
  }
}

/// A batch handler on a queue of its own, which it blocks when the test says so.
private actor HangingBatchHandler: BatchEventHandler {
  enum Call { case handle, stop }

  struct Log: Sendable {
    var kept: [Int64] = []
    var isHanging = false
    var starts = 0
    var stops = 0
    var reopens = 0
  }

  nonisolated let log = Observed(Log())
  private nonisolated let executor = SerialQueueExecutor(label: "test.hanging")
  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }
  private nonisolated let hangsIn = Mutex<Call?>(nil)
  private nonisolated let wentOn = DispatchSemaphore(value: 0)

  /// The next such call does not return before `goOn`.
  nonisolated func hang(in call: Call) { hangsIn.withLock { $0 = call } }

  nonisolated func goOn() {
    hangsIn.withLock { $0 = nil }
    let wasHanging = log.change { log in
      defer { log.isHanging = false }
      return log.isHanging
    }
    if wasHanging { wentOn.signal() }
  }

  private func enter(_ call: Call) {
    guard hangsIn.withLock({ $0 == call }) else { return }
    log.change { $0.isHanging = true }
    wentOn.wait()
  }

  func start(checkpoint: [UInt8]?, cursor: Int64) async throws -> BatchResumption {
    log.change { $0.starts += 1 }
    return .fromCursor
  }

  func handle(_ events: [StoredEvent]) async -> BatchResult {
    enter(.handle)
    log.change { $0.kept += events.map(\.sequence) }
    return .delivered(checkpoint: nil)
  }

  func reopen() async { log.change { $0.reopens += 1 } }

  func stop() async -> [UInt8]? {
    enter(.stop)
    log.change { $0.stops += 1 }
    return nil
  }
}

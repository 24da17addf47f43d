import LinqhookDelivery
import LinqhookInbox
import LogSupport
import Logging
import Testing

/// What is said of a handler that fails, on the log and in its figures.
@Suite(.timeLimit(.minutes(1)))
struct FailingHandlerTests {
  private let store = FakeStore()
  private let clock = ManualClock()
  private let log = CapturedLog()

  private func retries(_ first: Duration = .seconds(1)) -> RetryPolicy {
    RetryPolicy(attempts: 12, first: first, factor: 1, jitter: 0)
  }

  /// Lets attempts come due until so many have been made and settled.
  private func attempts(_ count: Int, of handler: ScriptedHandler, _ dispatcher: Dispatcher) async {
    while dispatcher.statistics[0].retried + dispatcher.statistics[0].dead < count {
      if dispatcher.statistics[0].inFlight == 0 { clock.advance(by: .seconds(1)) }
      for _ in 0..<10 { await Task.yield() }
    }
  }

  private var warnings: [String] {
    log.lines.filter { $0.hasPrefix("warning delivery failed") || $0.hasPrefix("error ") }
  }

  @Test func oneThatNeverWorksIsSeenAfterThreeAttemptsOfASingleChat() async throws {
    let handler = ScriptedHandler { .retry(reason: "status \($0.attempt). stderr: no") }
    try await dispatching(
      [registration(handler, retry: retries())],
      over: store.session(),
      clock: clock,
      logger: log.logger
    ) { dispatcher in
      store.commit(["one"])
      await attempts(1, of: handler, dispatcher)
      #expect(dispatcher.statistics[0].health == .working)
      #expect(warnings.count == 1)
      #expect(warnings[0].contains("error=status 1. stderr: no") && warnings[0].contains("attempt=1"))
      await attempts(3, of: handler, dispatcher)
      await dispatcher.waitForFigures { $0.failuresInARow == 3 }
      let standing = dispatcher.handlerStatuses()[0]
      guard case .failing(let since, nil) = standing.health else {
        Issue.record("\(standing)")
        return
      }
      #expect(since >= 1_000_000)
      #expect(standing.lastFailure?.reason == "status 3. stderr: no")
      #expect(standing.lastFailure?.attempt == 3 && standing.lastFailure?.eventID != nil)
      #expect(warnings.count == 2 && warnings[1].hasPrefix("error handler failing; its last attempts"))
    }
  }

  @Test func failuresAreLoggedOnceAMinuteAndCounted() async throws {
    let handler = ScriptedHandler { _ in .retry(reason: "no") }
    try await dispatching(
      [registration(handler, retry: RetryPolicy(attempts: 200, first: .seconds(1), factor: 1, jitter: 0))],
      over: store.session(),
      clock: clock,
      logger: log.logger
    ) { dispatcher in
      store.commit(["one"])
      await attempts(100, of: handler, dispatcher)
      let said = log.lines.filter { $0.hasPrefix("warning delivery failed") }
      #expect(said.count >= 1 && said.count <= 1 + Int(clock.now / .seconds(60)))
      #expect(said.dropFirst().contains { $0.contains("failures=") })
    }
  }

  @Test func oneEventThatNeverGoesThroughMakesNoHandlerFailing() async throws {
    let handler = ScriptedHandler { $0.event.sequence == 1 ? .retry(reason: "poison") : .delivered }
    try await dispatching(
      [registration(handler, retry: retries())],
      over: store.session(),
      clock: clock,
      logger: log.logger
    ) { dispatcher in
      store.commit(["poison"])
      await attempts(1, of: handler, dispatcher)
      store.commit(["good"])
      await handler.waitForDelivered(1)
      await attempts(10, of: handler, dispatcher)
      #expect(dispatcher.statistics[0].health == .working)
      #expect(dispatcher.statistics[0].lastFailure?.reason == "poison")
      #expect(!log.lines.contains { $0.hasPrefix("error ") })
    }
  }

  @Test func itWorksAgainWithTheNextThatGoesThrough() async throws {
    let isUp = Observed(false)
    let handler = ScriptedHandler { _ in isUp.value ? .delivered : .retry(reason: "down") }
    try await dispatching(
      [registration(handler, retry: retries())],
      over: store.session(),
      clock: clock,
      logger: log.logger
    ) { dispatcher in
      store.commit(["one"])
      await attempts(3, of: handler, dispatcher)
      isUp.change { $0 = true }
      while handler.delivered.isEmpty {
        clock.advance(by: .seconds(1))
        await Task.yield()
      }
      await dispatcher.waitForFigures { $0.health == .working && $0.failuresInARow == 0 }
      // It stays for who looks later.
      #expect(dispatcher.statistics[0].lastFailure?.reason == "down")
    }
    // The log follows a moment behind the figures.
    #expect(log.lines.contains { $0.hasPrefix("notice handler works again") })
  }

  @Test func oneThatRefusesEverythingForGoodIsSeenToo() async throws {
    let handler = ScriptedHandler { _ in .dead(reason: "status 65") }
    try await dispatching(
      [registration(handler, concurrency: 1)],
      over: store.session(),
      clock: clock,
      logger: log.logger
    ) { dispatcher in
      store.commit(["a", "b", "c"])
      await dispatcher.waitForFigures { $0.health != .working && $0.dead == 3 }
      #expect(dispatcher.statistics[0].lastFailure?.reason == "status 65")
    }
  }

  @Test func whatAHandlerSaysOfItselfCountsWithoutAnyEvent() async throws {
    let handler = TroubledHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      let statistics = dispatcher.statistics[0]
      #expect(statistics.health == .failing(sinceMilliseconds: 7, nextProbeAtMilliseconds: nil))
      #expect(statistics.lastFailure?.reason == "cannot start")
      #expect(statistics.programs?.restarts == 5)
    }
  }

  @Test func aBatchThatFailsIsTheLastFailureAndSaidOnceAMinute() async throws {
    let handler = ScriptedBatchHandler { _ in .retry(reason: "disk full") }
    try await dispatching(
      [registration(handler)],
      over: store.session(),
      clock: LeapingClock(),
      logger: log.logger
    ) { dispatcher in
      store.commit(["a"])
      await dispatcher.waitForFigures { $0.failuresInARow >= 30 }
      #expect(dispatcher.statistics[0].lastFailure?.reason == "disk full")
      let said = log.lines.filter { $0.contains("batch failed") }
      #expect(said.count > 1 && said.count < dispatcher.statistics[0].failuresInARow)
    }
  }
}

private struct TroubledHandler: EventHandler {
  func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult { .delivered }

  var report: HandlerReport {
    var programs = ProgramFigures()
    programs.restarts = 5
    return HandlerReport(
      trouble: HandlerFailure(reason: "cannot start", atMilliseconds: 7),
      programs: programs
    )
  }
}

import LinqhookDelivery
import LinqhookInbox
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ProbingTests {
  private let store = FakeStore()
  private let clock = ManualClock()
  private let isUp = Observed(false)

  private func target() -> ScriptedHandler {
    ScriptedHandler { [isUp] _ in isUp.value ? .delivered : .retry(reason: "down") }
  }

  /// Returns once so many attempts have failed, their rows are written, and nothing is under way.
  private func waitForFailures(_ count: Int, of handler: ScriptedHandler) async {
    await store.state.wait { state in
      let written = state.records.reduce(0) { $0 + $1.deferred.count { $0.state == .retrying } }
      return written >= count && written == handler.attempts.count
    }
  }

  @Test func aTargetThatIsDownIsProbedWithOneEventAndNoBacklogIsBurnt() async throws {
    let handler = target()
    let policy = RetryPolicy(attempts: 3, first: .seconds(1), jitter: 0)
    let chats = (0..<100).map { "chat-\($0)" }
    try await dispatching(
      [registration(handler, concurrency: 2, retry: policy)],
      over: store.session(),
      clock: clock
    ) {
      dispatcher in
      store.commit(chats)
      // Eight lanes fail; what was under way beside the eighth may fail as well.
      await waitForFailures(8, of: handler)
      let begun = handler.attempts.count
      #expect(begun <= 9)
      for probe in 1...20 {
        clock.advance(by: .seconds(61))
        await waitForFailures(begun + probe, of: handler)
      }
      #expect(handler.attempts.count == begun + 20)
      await dispatcher.waitForFigures { $0.health != .working && $0.pendingEvents == 100 && $0.dead == 0 }

      isUp.change { $0 = true }
      clock.advance(by: .seconds(61))
      await handler.waitForDelivered(1)
      clock.advance(by: .seconds(600))
      await handler.waitForDelivered(100)
      await dispatcher.waitForFigures { $0.health == .working && $0.pendingEvents == 0 && $0.dead == 0 }
    }
  }

  @Test func aFailedProbeLeavesTheEventItsLastAttempt() async throws {
    let handler = target()
    let policy = RetryPolicy(attempts: 2, first: .seconds(1), jitter: 0)
    try await dispatching(
      [registration(handler, concurrency: 8, retry: policy)],
      over: store.session(),
      clock: clock
    ) {
      _ in
      store.commit((0..<8).map { "chat-\($0)" })
      await waitForFailures(8, of: handler)
      for probe in 1...30 {
        clock.advance(by: .seconds(61))
        await waitForFailures(8 + probe, of: handler)
      }
    }
    let rows = try #require(store.state.value.handlers["handler"]?.rows.values)
    #expect(rows.allSatisfy { $0.state == .retrying && $0.attempts == 1 })
  }

  @Test(arguments: Cause.allCases)
  func twoProbesAreAnEventThatHasFailedAndOneThatWasNeverTried(_ cause: Cause) async throws {
    let handler = ScriptedHandler { cause.isHit($0) ? .retry(reason: "failed") : .delivered }
    let policy = RetryPolicy(attempts: 12, first: .seconds(0.1), jitter: 0)
    try await dispatching(
      [registration(handler, concurrency: 1, retry: policy)],
      over: store.session(),
      clock: clock
    ) {
      _ in
      store.commit((0..<100).map { "chat-\($0)" })
      await waitForFailures(8, of: handler)
      clock.advance(by: .seconds(2))
      await handler.waitForAttempts(9)
      if cause.isHit(handler.log.value.attempts[8]) {
        await waitForFailures(9, of: handler)
        // What has failed is due and has been read back.
        await store.state.wait { $0.rowReads > 0 }
        clock.advance(by: .seconds(2))
        await handler.waitForAttempts(10)
      }
      #expect(handler.log.value.attempts.prefix(10).contains { !cause.isHit($0) })
    }
  }

  @Test func aTargetThatIsDownHoldsUpNoOtherHandler() async throws {
    let store = FakeStore(handlers: ["down", "up"])
    let down = target()
    let up = ScriptedHandler()
    let registrations = [registration(down, name: "down"), registration(up, name: "up")]
    try await dispatching(registrations, over: store.session(), clock: clock) { dispatcher in
      for round in 0..<40 { store.commit((0..<100).map { "chat-\(round)-\($0)" }) }
      await up.waitForDelivered(4000)
      await store.state.wait { $0.cursor("up") == 4000 }
      await dispatcher.waitForFigures { $0.pendingEvents == 4000 && $0.health != .working }
    }
    // What the failing one has not looked at stays in the store, and is no row.
    let rows = try #require(store.state.value.handlers["down"]?.rows)
    #expect(rows.count < 20)
  }
}

/// Why a target that works fails for eight chats at once.
enum Cause: CaseIterable {
  /// It wants to be asked twice for each event.
  case everyFirstAttempt
  /// It cannot take these.
  case eightEvents

  func isHit(_ attempt: DeliveryAttempt) -> Bool {
    switch self {
    case .everyFirstAttempt: attempt.attempt == 1
    case .eightEvents: attempt.event.sequence <= 8
    }
  }
}

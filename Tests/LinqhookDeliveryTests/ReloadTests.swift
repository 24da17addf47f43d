import LinqhookDelivery
import LinqhookInbox
import LogSupport
import Logging
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ReloadTests {
  private struct Broken: Error {}

  private let store = FakeStore(handlers: ["stays", "changes", "leaves"])
  private let clock = ManualClock()

  @Test func whatDidNotChangeGoesOnAndTheRestFollowsTheNewSettings() async throws {
    let (stays, old, new) = (ScriptedHandler(), ScriptedHandler(), ScriptedHandler())
    let (leaves, comes) = (ScriptedHandler(), ScriptedHandler())
    let before = [
      registration(stays, name: "stays", fingerprint: "1"),
      registration(old, name: "changes", fingerprint: "1"), registration(leaves, name: "leaves"),
    ]
    try await dispatching(before, over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      for handler in [stays, old, leaves] { await handler.waitForDelivered(1) }
      try await dispatcher.reconfigure([
        registration(comes, name: "comes"),
        registration(ScriptedHandler(), name: "stays", fingerprint: "1"),
        registration(new, name: "changes", fingerprint: "2"),
      ])
      #expect(dispatcher.statistics.map(\.handler) == ["comes", "stays", "changes"])
      store.commit(["a"])
      await stays.waitForDelivered(2)
      await new.waitForDelivered(1)
      await comes.waitForDelivered(1)
    }
    #expect(stays.log.value.starts == 1)
    #expect(old.delivered == [1] && old.log.value.stops == 1)
    #expect(new.delivered == [2])
    #expect(leaves.delivered == [1] && leaves.log.value.stops == 1)
    #expect(comes.delivered == [2])
  }

  @Test(arguments: ["comes", "changes"])
  func aHandlerThatCannotStartLeavesAllAsItWas(name: String) async throws {
    let (stays, changes) = (ScriptedHandler(), ScriptedHandler())
    let before = [
      registration(stays, name: "stays"), registration(changes, name: "changes", fingerprint: "1"),
    ]
    try await dispatching(before, over: store.session(), clock: clock) { dispatcher in
      let broken = ScriptedHandler(onStart: { throw Broken() })
      await #expect(throws: DispatcherError.self) {
        try await dispatcher.reconfigure([registration(broken, name: name, fingerprint: "2")])
      }
      #expect(dispatcher.statistics.map(\.handler) == ["stays", "changes"])
      store.commit(["a"])
      await stays.waitForDelivered(1)
      await changes.waitForDelivered(1)
    }
  }

  /// What the store holds for a handler that it does not count as attached may be pruned at any moment.
  @Test func aReloadThatIsRefusedNeverLetsGoOfTheEventsOfAHandlerThatStays() async throws {
    let before = [
      registration(ScriptedHandler(), name: "leaves"), registration(ScriptedHandler(), name: "changes"),
    ]
    try await dispatching(before, over: store.session(), clock: clock) { dispatcher in
      let broken = ScriptedHandler(onStart: { throw Broken() })
      await #expect(throws: DispatcherError.self) {
        try await dispatcher.reconfigure([
          registration(ScriptedHandler(), name: "comes"),
          registration(broken, name: "changes", fingerprint: "2"),
        ])
      }
    }
    #expect(store.state.value.attachments.allSatisfy { $0.contains("leaves") })
    #expect(store.state.value.attachments.last == ["leaves", "changes"])
    // Configured properly later it gets what is accepted from then on.
    #expect(store.state.value.handlers["comes"] == nil)
  }

  @Test func aReloadThatTheStoreHasNoRoomForLeavesAllAsItWas() async throws {
    let log = CapturedLog()
    let changes = ScriptedHandler()
    let before = [registration(changes, name: "changes", fingerprint: "1")]
    try await dispatching(before, over: store.session(), clock: clock, logger: log.logger) { dispatcher in
      store.state.change { $0.isFull = true }
      await #expect(throws: InboxError.self) {
        try await dispatcher.reconfigure([
          registration(ScriptedHandler(), name: "comes"),
          registration(ScriptedHandler(), name: "changes", fingerprint: "2"),
        ])
      }
      #expect(log.records.count { $0.level == .critical } == 0)
      store.commit(["a"])
      await changes.waitForDelivered(1)
    }
    #expect(changes.log.value.starts == 1)
  }

  @Test func aReplayDuringAReloadGoesToTheNewHandler() async throws {
    let gate = Gate()
    let old = ScriptedHandler { attempt in
      if attempt.event.sequence == 2 { await gate.pass(2) }
      return .delivered
    }
    let new = ScriptedHandler()
    let before = [registration(old, name: "changes", fingerprint: "1")]
    try await dispatching(before, over: store.session(), clock: clock) { dispatcher in
      store.commit(["a", "a"])
      await old.waitForAttempts(2)
      let reload = Task {
        try await dispatcher.reconfigure([registration(new, name: "changes", fingerprint: "2")])
      }
      while !dispatcher.statistics.isEmpty { await Task.yield() }
      let replay = Task { try await dispatcher.replay(sequence: 1, handler: "changes") }
      for _ in 0..<100 { await Task.yield() }
      gate.openAll()
      try await reload.value
      let outcome = try await replay.value
      #expect(outcome == .queued)
      await new.waitForDelivered(1)
    }
    #expect(new.delivered == [1])
  }

  @Test func aHandlerThatCannotStartKeepsTheDispatcherFromStarting() async throws {
    let good = ScriptedHandler()
    let broken = ScriptedHandler(onStart: { throw Broken() })
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: [registration(good, name: "stays"), registration(broken, name: "changes")],
      clock: clock,
      logger: silent
    )
    await #expect(throws: DispatcherError.self) { try await dispatcher.start() }
    #expect(good.log.value.stops == 1)
  }

  @Test func twoHandlersOfOneNameAreRefused() async throws {
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: [registration(ScriptedHandler()), registration(ScriptedHandler())],
      clock: clock,
      logger: silent
    )
    await #expect(throws: DispatcherError.self) { try await dispatcher.start() }
  }

  @Test func everyHandlerReopensItsFiles() async throws {
    let (single, batch) = (ScriptedHandler(), ScriptedBatchHandler())
    let registrations = [registration(single, name: "stays"), registration(batch, name: "changes")]
    try await dispatching(registrations, over: store.session(), clock: clock) { await $0.reopen() }
    #expect(single.log.value.reopens == 1)
    #expect(batch.log.value.reopens == 1)
  }
}

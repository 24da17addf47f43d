import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BatchDeliveryTests {
  private let store = FakeStore()
  private let clock = ManualClock()

  @Test func eventsComeInOrderAndTheCheckpointStandsWithTheCursor() async throws {
    store.commit(Array(repeating: "a", count: 3000))
    let handler = ScriptedBatchHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      await store.state.wait { $0.cursor() == 3000 }
      store.commit(["a", nil])
      await store.state.wait { $0.cursor() == 3002 }
    }
    #expect(handler.log.value.kept == Array(1...3002))
    #expect(handler.log.value.batches.allSatisfy { $0.count <= 1024 })
    // Each of its records holds the length that belongs to its cursor.
    let records = store.state.value.records.dropLast()
    #expect(records.allSatisfy { $0.checkpoint == Array("\($0.cursor)".utf8) })
    #expect(store.state.value.handlers["handler"]?.checkpoint == Array("stopped".utf8))
  }

  @Test func eventsGatherAfterABatchAndTheFirstAfterARestDoesNotWait() async throws {
    let handler = ScriptedBatchHandler(gatheringTime: .milliseconds(5))
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      store.commit(["a"])
      await clock.waitForSleeper(until: .milliseconds(5))
      #expect(handler.log.value.batches == [[1]])
      for _ in 0..<3 { store.commit(["a"]) }
      clock.advance(by: .milliseconds(5))
      await clock.waitForSleeper(until: .milliseconds(10))
      #expect(handler.log.value.batches == [[1], [2, 3, 4]])
      clock.advance(by: .milliseconds(5))
      store.commit(["a"])
      await store.state.wait { $0.cursor() == 5 }
    }
    #expect(handler.log.value.batches == [[1], [2, 3, 4], [5]])
  }

  /// After each replay the ledger is asked whether there are more.
  @Test func aReplayThatIsWrittenDuringAnEmptyReadIsHandedOver() async throws {
    let isReplay = Observed(false)
    let handler = ScriptedBatchHandler { [store] _ in
      if isReplay.value { store.state.change { $0.holdsRowReads = true } }
      return nil
    }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a", "a"])
      await store.state.wait { $0.cursor() == 2 }
      isReplay.change { $0 = true }
      let first = try await dispatcher.replay(sequence: 1, handler: "handler")
      #expect(first == .queued)
      await store.state.wait { $0.rowReads == 2 }
      isReplay.change { $0 = false }
      let second = try await dispatcher.replay(sequence: 2, handler: "handler")
      #expect(second == .queued)
      await store.state.wait { $0.row(2) != nil }
      for _ in 0..<100 { await Task.yield() }
      store.state.change { $0.holdsRowReads = false }
      await store.state.wait { $0.row(2) == nil }
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    #expect(handler.log.value.kept == [1, 2, 1, 2])
  }

  @Test func nothingGathersWhileManyEventsWait() async throws {
    let handler = ScriptedBatchHandler(gatheringTime: .seconds(3600))
    store.commit(Array(repeating: "a", count: 1300))
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      await store.state.wait { $0.cursor() == 1300 }
    }
    #expect(handler.log.value.batches.count == 2)
  }

  @Test func aDrainDoesNotWaitForEventsToGather() async throws {
    let handler = ScriptedBatchHandler(gatheringTime: .seconds(3600))
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      store.commit(["a"])
      await clock.waitForSleeper()
    }
    #expect(handler.log.value.stops == 1)
    #expect(store.state.value.cursor() == 1)
  }

  @Test func aBatchThatFailsIsHandedOverAgainUnchangedForAsLongAsItTakes() async throws {
    let failures = Observed(0)
    let handler = ScriptedBatchHandler { _ in
      failures.change { count in
        count += 1
        return count <= 40 ? .retry(reason: "no space left on device") : nil
      }
    }
    store.commit(["a", "b"])
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      for failure in 1...40 {
        await failures.wait { $0 >= failure }
        await clock.waitForSleeper()
        clock.advance(by: .seconds(30))
      }
      await store.state.wait { $0.cursor() == 2 }
      await dispatcher.waitForFigures { $0.dead == 0 && $0.retried == 80 && $0.health == .working }
    }
    #expect(handler.log.value.batches == Array(repeating: [1, 2], count: 41))
  }

  @Test func aBatchThatFailsShowsInTheHealthAndEndsWithADrain() async throws {
    let handler = ScriptedBatchHandler { _ in .retry(reason: "no space left on device") }
    store.commit(["a"])
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      await handler.log.wait { $0.batches.count == 1 }
      await dispatcher.waitForFigures { $0.health != .working && $0.pendingEvents == 1 }
    }
    #expect(store.state.value.cursor() == 0)
  }

  @Test func whatDidNotSurviveIsReadAgain() async throws {
    store.commit(Array(repeating: "a", count: 10))
    store.apply(ProgressRecord(handler: "handler", cursor: 8, checkpoint: [8]))
    let handler = ScriptedBatchHandler(resumption: .after(sequence: 5))
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      await store.state.wait { $0.cursor() == 10 }
    }
    #expect(handler.log.value.startedWith == [8])
    #expect(handler.log.value.kept == [6, 7, 8, 9, 10])
    #expect(!store.state.value.wentBack)
  }

  /// The handler's checkpoint is a new one by then, and says nothing of what is gone.
  @Test func whatDidNotSurviveIsReadAgainAlsoAfterAStopBeforeItWasDelivered() async throws {
    store.commit(Array(repeating: "a", count: 10))
    store.apply(ProgressRecord(handler: "handler", cursor: 8, checkpoint: [8]))
    let failing = ScriptedBatchHandler(resumption: .after(sequence: 5)) { _ in .retry(reason: "not yet") }
    try await dispatching([registration(failing)], over: store.session(), clock: clock) { _ in
      await failing.log.wait { !$0.batches.isEmpty }
    }
    #expect(store.state.value.cursor() == 5)
    let handler = ScriptedBatchHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      await store.state.wait { $0.cursor() == 10 }
    }
    #expect(handler.log.value.startedWith == Array("stopped".utf8))
    #expect(handler.log.value.kept == [6, 7, 8, 9, 10])
  }

  @Test func whatTheFilterRefusesMovesTheCursorOnly() async throws {
    let filter = EventFilter(types: [EventTypePattern("message.*")])
    let handler = ScriptedBatchHandler()
    try await dispatching([registration(handler, filter: filter)], over: store.session(), clock: clock) { _ in
      store.commit(["a"], type: "chat.created")
      await store.state.wait { $0.cursor() == 1 }
      store.commit(["a"], type: "message.sent")
      await store.state.wait { $0.cursor() == 2 }
    }
    #expect(handler.log.value.kept == [2])
  }

  @Test func aReplayIsABatchOfItsOwnWithItsRowRemovedTogetherWithTheCheckpoint() async throws {
    let handler = ScriptedBatchHandler()
    store.commit(["a", "b", "c"])
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      await store.state.wait { $0.cursor() == 3 }
      let outcome = try await dispatcher.replay(sequence: 2, handler: "handler")
      #expect(outcome == .queued)
      await store.state.wait { $0.records.contains { $0.removed == [2] } }
      #expect(store.state.value.records.last?.checkpoint == Array("4".utf8))
    }
    #expect(handler.log.value.kept == [1, 2, 3, 2])
    #expect(store.state.value.handlers["handler"]?.rows.isEmpty == true)
  }

  /// On a full disk a batch stays in the handler's hands for long: its events have been taken, and not delivered.
  @Test func aReplayOfWhatIsInAFailingBatchIsNone() async throws {
    let isFull = Observed(true)
    let handler = ScriptedBatchHandler { _ in isFull.value ? .retry(reason: "no space left on device") : nil }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      await dispatcher.waitForFigures { $0.health != .working }
      let outcome = try await dispatcher.replay(sequence: 1, handler: "handler")
      #expect(outcome == .alreadyPending)
      isFull.change { $0 = false }
      await clock.waitForSleeper()
      clock.advance(by: .seconds(30))
      await store.state.wait { $0.cursor() == 1 && $0.row(1) == nil }
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    #expect(handler.log.value.kept == [1])
  }

  @Test func aReplayInTheHandlersHandsIsPendingOnce() async throws {
    let gate = Gate()
    let handler = ScriptedBatchHandler { [store] events in
      if store.state.value.cursor() == 1 { await gate.pass(events[0].sequence) }
      return nil
    }
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { dispatcher in
      store.commit(["a"])
      await store.state.wait { $0.cursor() == 1 }
      _ = try await dispatcher.replay(sequence: 1, handler: "handler")
      await handler.log.wait { $0.batches.count == 2 }
      #expect(dispatcher.statistics.map(\.pendingEvents) == [1])
      gate.openAll()
      await store.state.wait { $0.row(1) == nil }
    }
  }

  @Test func aReplaySurvivesARestart() async throws {
    store.commit(["a", "b"])
    store.apply(
      ProgressRecord(
        handler: "handler",
        cursor: 2,
        deferred: [DeferredDelivery(sequence: 1, state: .waiting, lane: "#replay")]
      )
    )
    let handler = ScriptedBatchHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      await store.state.wait { $0.handlers["handler"]?.rows.isEmpty == true }
    }
    #expect(handler.log.value.kept == [1])
  }
}

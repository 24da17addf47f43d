import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LaneDeliveryTests {
  @Test func everyEventReachesTheHandlerAndTheCursorFollows() async throws {
    let store = FakeStore()
    let handler = ScriptedHandler()
    store.commit(["a", "b", nil])
    try await dispatching([registration(handler)], over: store.session()) { _ in
      store.commit(["a", nil])
      await handler.waitForDelivered(5)
      await store.state.wait { $0.cursor() == 5 }
    }
    #expect(Set(handler.delivered) == [1, 2, 3, 4, 5])
    #expect(store.state.value.handlers["handler"]?.rows.isEmpty == true)
    #expect(handler.log.value.starts == 1)
    #expect(handler.log.value.stops == 1)
  }

  @Test func eventsOfOneChatGoOneAtATimeInOrder() async throws {
    let store = FakeStore()
    let handler = ScriptedHandler { _ in
      await Task.yield()
      return .delivered
    }
    try await dispatching([registration(handler, concurrency: 8)], over: store.session()) { _ in
      for _ in 0..<50 { store.commit((0..<20).map { "chat-\($0 % 5)" }) }
      await handler.waitForDelivered(1000)
    }
    #expect(!handler.log.value.brokeOrder)
    let byChat = Dictionary(grouping: handler.log.value.attempts) { $0.event.envelope.chatID }
    #expect(byChat.values.allSatisfy { $0.map(\.event.sequence) == $0.map(\.event.sequence).sorted() })
  }

  @Test func chatsGoSideBySideUpToTheConcurrency() async throws {
    let store = FakeStore()
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    try await dispatching([registration(handler, concurrency: 3)], over: store.session()) { dispatcher in
      store.commit(["a", "b", "c", "d", "e"])
      await handler.waitForAttempts(3)
      await dispatcher.waitForFigures { $0.pendingEvents == 5 && $0.inFlight == 3 }
      gate.open(2)
      await handler.waitForAttempts(4)
      gate.openAll()
      await handler.waitForDelivered(5)
    }
    // Three workers that begin together write themselves down in any order.
    #expect(Set(handler.attempts.prefix(3)) == [1, 2, 3])
    #expect(handler.attempts.sorted() == [1, 2, 3, 4, 5])
    #expect(handler.log.value.maxRunning == 3)
  }

  @Test func withoutOrderEventsOfOneChatGoSideBySide() async throws {
    let store = FakeStore()
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    try await dispatching([registration(handler, order: .none, concurrency: 2)], over: store.session()) { _ in
      store.commit(["a", "a"])
      await handler.waitForAttempts(2)
      gate.openAll()
      await handler.waitForDelivered(2)
    }
  }

  @Test func whatTheFilterRefusesIsSettledAndCounted() async throws {
    let store = FakeStore()
    let handler = ScriptedHandler()
    let path = try JSONPath("data.service")
    let filter = EventFilter(
      types: [EventTypePattern("message.*")],
      conditions: [.init(path: path, test: .isOneOf(["iMessage"]))]
    )
    try await dispatching([registration(handler, filter: filter)], over: store.session()) { dispatcher in
      store.commit(["a"], type: "chat.created", payload: Array(#"{"data":{"service":"iMessage"}}"#.utf8))
      store.commit(["a"], type: "message.sent", payload: Array(#"{"data":{"service":"SMS"}}"#.utf8))
      store.commit(["a"], type: "message.sent", payload: Array(#"{"data":{"service":"iMessage"}}"#.utf8))
      store.commit(["a"], type: "chat.created")
      await store.state.wait { $0.cursor() == 4 }
      await dispatcher.waitForFigures { $0.filtered == 3 && $0.pendingEvents == 0 }
    }
    #expect(handler.delivered == [3])
  }

  @Test func aBusyChatDoesNotStarveOthers() async throws {
    let store = FakeStore()
    let gate = Gate()
    let handler = ScriptedHandler { attempt in
      await gate.pass(attempt.event.sequence)
      return .delivered
    }
    store.commit(Array(repeating: "busy", count: 2500))
    let late = store.commit((0..<100).map { "chat-\($0)" })
    try await dispatching(
      [registration(handler, concurrency: 2)],
      over: store.session(),
      clock: LeapingClock()
    ) { dispatcher in
      await handler.waitForAttempts(1)
      // The busy chat's first event stays where it is: all others get through beside it.
      for sequence in late { gate.open(sequence) }
      await handler.waitForDelivered(100)
      #expect(Set(handler.delivered) == Set(late))
      await dispatcher.waitForFigures { $0.pendingEvents == 2500 }
      gate.openAll()
      await handler.waitForDelivered(2600)
      await store.state.wait { $0.handlers["handler"]?.rows.isEmpty == true && $0.cursor() == 2600 }
    }
    let busy = handler.delivered.filter { $0 <= 2500 }
    #expect(busy == Array(1...2500))
  }

  @Test func aQuickHandlerTakesABusyChatThroughMemory() async throws {
    let store = FakeStore()
    let handler = ScriptedHandler()
    store.commit(Array(repeating: "busy", count: 5000))
    try await dispatching([registration(handler)], over: store.session()) { _ in
      await handler.waitForDelivered(5000)
      await store.state.wait { $0.cursor() == 5000 }
    }
    #expect(handler.delivered == Array(1...5000))
    #expect(store.state.value.records.allSatisfy { $0.deferred.isEmpty })
  }
}

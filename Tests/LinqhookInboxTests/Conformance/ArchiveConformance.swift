import InboxTestKit
import LinqEvents
import LinqhookInbox
import Testing

@Suite struct ArchiveConformance {
  /// Six events; handler `a` has settled 1 to 4 with 2 dead and 3 in retry, `b` has settled 1 to 2.
  private func filled(_ kind: StoreKind) async throws -> TestInbox {
    let test = try await TestInbox(kind)
    _ = try await test.inbox.attach(["a", "b"])
    _ = await test.inbox.accept(
      (1...6).map { number in
        let type = number.isMultiple(of: 2) ? "chat.created" : "message.sent"
        return inboundEvent("id-\(number)", type: type, receivedAt: Int64(number * 100))
      }
    )
    let rows = [deferredDelivery(2, .dead), deferredDelivery(3, .retrying), deferredDelivery(4, .delivered)]
    try await test.inbox.record(ProgressRecord(handler: "a", cursor: 4, deferred: rows))
    try await test.inbox.record(ProgressRecord(handler: "b", cursor: 2))
    return test
  }

  private func list(_ test: TestInbox, _ query: EventQuery) async throws -> [Int64] {
    try await test.inbox.list(query).map(\.event.sequence)
  }

  @Test(arguments: StoreKind.allCases)
  func listsTheNewestInOrderOrPagesForward(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    #expect(try await list(test, EventQuery()) == [1, 2, 3, 4, 5, 6])
    #expect(try await list(test, EventQuery(limit: 2)) == [5, 6])
    #expect(try await list(test, EventQuery(afterSequence: 2, limit: 2)) == [3, 4])
    #expect(try await list(test, EventQuery(beforeSequence: 5, limit: 2)) == [3, 4])
    #expect(try await list(test, EventQuery(state: .dead, beforeSequence: 2)).isEmpty)
    #expect(try await list(test, EventQuery(afterSequence: 1, beforeSequence: 4)) == [2, 3])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func filtersByTypeAndTime(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    #expect(try await list(test, EventQuery(type: EventTypePattern("message.*"))) == [1, 3, 5])
    #expect(try await list(test, EventQuery(type: EventTypePattern("message.*"), limit: 2)) == [3, 5])
    #expect(try await list(test, EventQuery(sinceMilliseconds: 400)) == [4, 5, 6])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func judgesTheStateByAllHandlersOrByOne(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    #expect(try await list(test, EventQuery(state: .dead)) == [2])
    #expect(try await list(test, EventQuery(state: .pending)) == [3, 4, 5, 6])
    #expect(try await list(test, EventQuery(state: .delivered)) == [1])
    #expect(try await list(test, EventQuery(state: .pending, handler: "a")) == [3, 5, 6])
    #expect(try await list(test, EventQuery(state: .delivered, handler: "a")) == [1, 4])
    #expect(try await list(test, EventQuery(state: .delivered, handler: "b")) == [1, 2])
    let second = try #require(try await test.inbox.find(eventID: "id-2").first)
    #expect(second.state == .dead)
    #expect(second.deliveries.map(\.state) == [.dead, .delivered])
    #expect(second.deliveries.first?.deferred?.lastError == "no answer")
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func findsByIdAndGivesDeadLetters(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    #expect(try await test.inbox.find(eventID: "id-3").map(\.event.sequence) == [3])
    #expect(try await test.inbox.find(eventID: "none").isEmpty)
    let dead = try await test.inbox.deadLetters(handler: nil, limit: 10)
    #expect(dead.map(\.handler) == ["a"])
    #expect(dead.map(\.event.eventID) == ["id-2"])
    #expect(dead.map(\.delivery) == [deferredDelivery(2, .dead)])
    #expect(try await test.inbox.deadLetters(handler: "b", limit: 10).isEmpty)
    await test.inbox.close()
  }

  /// A list may hold ten thousand events of a mebibyte.
  @Test(arguments: StoreKind.allCases)
  func aListHoldsNoPayloadAndADeadLetterNone(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    _ = try await test.inbox.attach(["a"])
    let events = [inboundEvent("1", padding: 100_000), inboundEvent("2")]
    _ = await test.inbox.accept(events)
    let rows = [deferredDelivery(1, .dead), deferredDelivery(2, .dead)]
    try await test.inbox.record(ProgressRecord(handler: "a", cursor: 2, deferred: rows))
    let listed = try await test.inbox.list(EventQuery(state: .dead, limit: 10_000))
    let dead = try await test.inbox.deadLetters(handler: nil, limit: 10_000)
    #expect(listed.map(\.event) == dead.map(\.event))
    #expect(listed.map(\.payloadBytes) == events.map(\.payload.count))
    #expect(listed.map(\.chatID) == ["chat-1", "chat-1"])
    #expect(!holdsBytes(listed))
    #expect(dead.map(\.event.eventID) == ["1", "2"])
    #expect(!holdsBytes(dead))
    // An event that is asked for has it.
    #expect(holdsBytes(try await test.inbox.find(eventID: "1")))
    await test.inbox.close()
  }

  /// Whether there are bytes anywhere inside.
  private func holdsBytes(_ value: Any) -> Bool {
    value is [UInt8] || Mirror(reflecting: value).children.contains { holdsBytes($0.value) }
  }
}

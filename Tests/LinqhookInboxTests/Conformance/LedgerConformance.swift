import InboxTestKit
import LinqhookInbox
import Testing

@Suite struct LedgerConformance {
  @Test(arguments: StoreKind.allCases)
  func aNewHandlerStartsAtTheEnd(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    #expect(try await test.inbox.attach(["a"]) == [HandlerProgress(handler: "a", cursor: 0)])
    _ = await test.inbox.accept([inboundEvent("1"), inboundEvent("2")])
    let progress = try await test.inbox.attach(["b", "a"])
    #expect(progress == [HandlerProgress(handler: "b", cursor: 2), HandlerProgress(handler: "a", cursor: 0)])
    #expect(test.inbox.statistics.pendingEvents == 2)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aHandlerThatWasAwayFindsItsBacklog(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    _ = try await inbox.attach(["a", "b"])
    _ = await inbox.accept([inboundEvent("1"), inboundEvent("2")])
    let dead = [deferredDelivery(1, .dead)]
    try await inbox.record(ProgressRecord(handler: "a", cursor: 1, checkpoint: [1, 2], deferred: dead))
    _ = try await inbox.attach(["b"])
    #expect(inbox.statistics.deadLetters == ["b": 0])
    let progress = try await inbox.attach(["a"])
    #expect(progress == [HandlerProgress(handler: "a", cursor: 1, checkpoint: [1, 2], deadCount: 1)])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aCheckpointStaysUntilAnotherIsGiven(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    _ = try await inbox.attach(["a"])
    _ = await inbox.accept([inboundEvent("1"), inboundEvent("2")])
    try await inbox.record(ProgressRecord(handler: "a", cursor: 1, checkpoint: [7]))
    try await inbox.record(ProgressRecord(handler: "a", cursor: 2))
    #expect(try await inbox.attach(["a"]) == [HandlerProgress(handler: "a", cursor: 2, checkpoint: [7])])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aCursorNeitherGoesBackNorPastTheEnd(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    _ = try await inbox.attach(["a"])
    _ = await inbox.accept([inboundEvent("1"), inboundEvent("2")])
    try await inbox.record(ProgressRecord(handler: "a", cursor: 99))
    try await inbox.record(ProgressRecord(handler: "a", cursor: 1))
    #expect(try await inbox.attach(["a"]).map(\.cursor) == [2])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func givesTheEventsAfterASequenceWithinBothLimits(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    _ = await inbox.accept((1...9).map { inboundEvent("id-\($0)", padding: 1000) })
    func sequences(_ after: Int64, _ limit: Int, _ maxBytes: Int) async throws -> [Int64] {
      try await inbox.events(after: after, limit: limit, maxBytes: maxBytes).map(\.sequence)
    }
    #expect(try await sequences(3, 4, 1 << 20) == [4, 5, 6, 7])
    #expect(try await sequences(3, 100, 2500) == [4, 5, 6])
    #expect(try await sequences(3, 100, 1) == [4])
    #expect(try await sequences(9, 100, 1000) == [])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func lanesAreListedByTheDueTimeOfTheirFirstDelivery(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    _ = try await inbox.attach(["a", "b"])
    _ = await inbox.accept((1...6).map { inboundEvent("id-\($0)") })
    let held = [
      deferredDelivery(1, .retrying, lane: "late", dueAt: 900),
      deferredDelivery(2, .waiting, lane: "late", dueAt: 1),
      deferredDelivery(3, .retrying, lane: "soon", dueAt: 100),
      deferredDelivery(4, .dead, lane: "soon"),
      deferredDelivery(5, .delivered, lane: "other"),
    ]
    try await inbox.record(ProgressRecord(handler: "a", cursor: 6, deferred: held))
    let lanes = try await inbox.heldLanes(handler: "a")
    #expect(
      lanes == [
        HeldLane(lane: "soon", dueAtMilliseconds: 100, count: 1, firstSequence: 3),
        HeldLane(lane: "late", dueAtMilliseconds: 900, count: 2, firstSequence: 1),
      ]
    )
    #expect(try await inbox.heldLanes(handler: "b").isEmpty)
    #expect(inbox.deadLetterCounts == ["a": 1, "b": 0])
    #expect(try await inbox.sequencesWithRows(handler: "a", after: 0) == [1, 2, 3, 4, 5])
    #expect(try await inbox.sequencesWithRows(handler: "a", after: 3) == [4, 5])
    #expect(try await inbox.sequencesWithRows(handler: "b", after: 0).isEmpty)
    let deferred = try await inbox.deferred(handler: "a", lane: "late", limit: 10)
    #expect(deferred.map(\.delivery) == [held[0], held[1]])
    #expect(deferred.map(\.event.sequence) == [1, 2])
    #expect(try await inbox.deferred(handler: "a", lane: "late", limit: 1).count == 1)
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aRowIsReplacedAndRemoved(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    _ = try await inbox.attach(["a"])
    _ = await inbox.accept([inboundEvent("1"), inboundEvent("2")])
    let held = [deferredDelivery(1, .retrying), deferredDelivery(2, .dead)]
    try await inbox.record(ProgressRecord(handler: "a", cursor: 2, deferred: held))
    #expect(try await inbox.attach(["a"]).map { [$0.deferredCount, $0.deadCount] } == [[1, 1]])
    let replaced = [deferredDelivery(2, .waiting)]
    try await inbox.record(ProgressRecord(handler: "a", cursor: 2, deferred: replaced, removed: [1]))
    #expect(try await inbox.attach(["a"]).map { [$0.deferredCount, $0.deadCount] } == [[1, 0]])
    #expect(inbox.statistics.pendingEvents == 1)
    try await inbox.record(ProgressRecord(handler: "a", cursor: 2, removed: [1, 2, 77]))
    #expect(inbox.statistics.pendingEvents == 0)
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aDeliveryOfAnEventThatIsGoneIsNotKept(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    _ = try await test.inbox.attach(["a"])
    try await test.inbox.record(
      ProgressRecord(handler: "a", cursor: 0, deferred: [deferredDelivery(5, .waiting)])
    )
    #expect(test.inbox.statistics.pendingEvents == 0)
    #expect(try await test.inbox.heldLanes(handler: "a").isEmpty)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func whatComesAfterACursorThatWasTakenBackIsOwedAgain(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    _ = try await inbox.attach(["a", "b"])
    for number in 1...5 { _ = await inbox.accept(inboundEvent("\(number)")) }
    for name in ["a", "b"] {
      try await inbox.record(ProgressRecord(handler: name, cursor: 5, checkpoint: [5]))
    }
    #expect(inbox.statistics.pendingEvents == 0)
    try await inbox.rewind("a", to: 2)
    #expect(inbox.statistics.pendingEvents == 3)
    let expected = [
      HandlerProgress(handler: "a", cursor: 2, checkpoint: [5]),
      HandlerProgress(handler: "b", cursor: 5, checkpoint: [5]),
    ]
    #expect(try await inbox.attach(["a", "b"]) == expected)
    try await inbox.rewind("a", to: 4)
    #expect(try await inbox.attach(["a", "b"]) == expected)
    test.clock.advance(minutes: 60 * 24 * 365)
    try await test.maintain()
    #expect(try await inbox.events(after: 0, limit: 10, maxBytes: .max).map(\.sequence) == [3, 4, 5])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func forgettingAHandlerRemovesAllOfIt(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    _ = try await inbox.attach(["a"])
    _ = await inbox.accept(inboundEvent("1"))
    try await inbox.record(ProgressRecord(handler: "a", cursor: 1, deferred: [deferredDelivery(1, .dead)]))
    try await inbox.forget("a")
    #expect(inbox.statistics.deadLetters.isEmpty)
    #expect(try await inbox.attach(["a"]) == [HandlerProgress(handler: "a", cursor: 1)])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func saysSoWhenAHandlerIsUnknown(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let isNotFound: (any Error) -> Bool = { ($0 as? InboxError)?.code == .notFound }
    await #expect {
      try await test.inbox.record(ProgressRecord(handler: "x", cursor: 1))
    } throws: { isNotFound($0) }
    await #expect { try await test.inbox.forget("x") } throws: { isNotFound($0) }
    await #expect {
      _ = try await test.inbox.deadLetters(handler: "x", limit: 1)
    } throws: { isNotFound($0) }
    await test.inbox.close()
  }
}

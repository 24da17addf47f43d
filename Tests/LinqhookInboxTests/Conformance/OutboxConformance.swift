import InboxTestKit
import LinqhookInbox
import Testing

/// What handlers keep with a delivery.
@Suite struct OutboxConformance {
  private let bytes: [UInt8] = [0, 1, 0xFF]

  private func filled(_ kind: StoreKind) async throws -> TestInbox {
    let test = try await TestInbox(kind)
    _ = try await test.inbox.attach(["a", "b"])
    _ = await test.inbox.accept((1...3).map { inboundEvent("id-\($0)") })
    return test
  }

  private func write(_ state: DeferredDelivery.State, outbox: [UInt8]? = nil, in test: TestInbox) async throws
  {
    var row = deferredDelivery(2, state)
    row.outbox = outbox
    try await test.inbox.record(ProgressRecord(handler: "a", cursor: 3, deferred: [row]))
  }

  private func outbox(in test: TestInbox) async throws -> [UInt8]? {
    let rows = try await test.inbox.deferred(handler: "a", lane: "chat-1", limit: 9)
    return try #require(rows.first).delivery.outbox
  }

  @Test(arguments: StoreKind.allCases)
  func anOutboxStaysThroughEveryStateInWhichItMayBeNeeded(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    try await write(.waiting, outbox: bytes, in: test)
    for state in [DeferredDelivery.State.retrying, .waiting, .dead, .waiting] {
      try await write(state, in: test)
      guard state != .dead else { continue }
      #expect(try await outbox(in: test) == bytes)
    }
    try await write(.retrying, outbox: [7], in: test)
    #expect(try await outbox(in: test) == [7])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func anOutboxGoesWhenTheDeliveryIsSettledOrItIsTakenBack(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    for state in DeferredDelivery.State.allCases where state.isSettled {
      try await write(.waiting, outbox: bytes, in: test)
      try await write(state, outbox: bytes, in: test)
      try await write(.waiting, in: test)
      #expect(try await outbox(in: test) == nil)
    }
    try await write(.waiting, outbox: bytes, in: test)
    try await write(.retrying, outbox: [], in: test)
    #expect(try await outbox(in: test) == nil)
    try await write(.retrying, in: test)
    #expect(try await outbox(in: test) == nil)
    try await write(.waiting, outbox: bytes, in: test)
    try await test.inbox.record(ProgressRecord(handler: "a", cursor: 3, removed: [2]))
    try await write(.waiting, in: test)
    #expect(try await outbox(in: test) == nil)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func anotherHandlersDeliveryOfTheSameEventHasAnOutboxOfItsOwn(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    try await write(.waiting, outbox: bytes, in: test)
    try await test.inbox.record(
      ProgressRecord(handler: "b", cursor: 3, deferred: [deferredDelivery(2, .waiting)])
    )
    let rows = try await test.inbox.deferred(handler: "b", lane: "chat-1", limit: 9)
    #expect(rows.map(\.delivery.outbox) == [nil])
    await test.inbox.close()
  }

  /// It may be long, and there may be thousands.
  @Test(arguments: StoreKind.allCases)
  func onlyTheDeliveriesOfALaneAreReadWithTheirOutboxes(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    try await write(.dead, outbox: bytes, in: test)
    let dead = try await test.inbox.deadLetters(handler: nil, limit: 9)
    #expect(dead.map(\.delivery) == [deferredDelivery(2, .dead)])
    let found = try #require(try await test.inbox.find(eventID: "id-2").first)
    #expect(found.deliveries.compactMap(\.deferred) == [deferredDelivery(2, .dead)])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func whatWasSkippedIsSettledAndKeepsItsReason(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    let inbox = test.inbox
    try await write(.skipped, in: test)
    try await inbox.record(ProgressRecord(handler: "b", cursor: 3))
    #expect(inbox.statistics.pendingEvents == 0)
    #expect(try await inbox.counts(handler: "a") == EventCounts(pending: 0, delivered: 3, dead: 0))
    #expect(try await inbox.list(EventQuery(state: .delivered)).map(\.event.sequence) == [1, 2, 3])
    let found = try #require(try await inbox.find(eventID: "id-2").first)
    #expect(found.deliveries.first?.state == .delivered)
    #expect(found.deliveries.first?.deferred?.state == .skipped)
    #expect(found.deliveries.first?.deferred?.lastError == "no answer")
    #expect(try await inbox.heldLanes(handler: "a").isEmpty)
    #expect(try await inbox.sequencesWithRows(handler: "a", after: 0) == [2])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aSkippedEventAheadOfTheCursorCountsAsDelivered(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    try await test.inbox.record(
      ProgressRecord(handler: "a", cursor: 0, deferred: [deferredDelivery(2, .skipped)])
    )
    let listed = try await test.inbox.list(EventQuery(state: .delivered, handler: "a"))
    #expect(listed.map(\.event.sequence) == [2])
    #expect(try await test.inbox.counts(handler: "a") == EventCounts(pending: 2, delivered: 1, dead: 0))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func whatWasSkippedHoldsNothingBackFromPruning(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.retentionMilliseconds = 3_600_000 }
    let inbox = test.inbox
    _ = try await inbox.attach(["a"])
    _ = await inbox.accept((1...3).map { inboundEvent("id-\($0)") })
    try await write(.skipped, in: test)
    test.clock.advance(hours: 2)
    try await test.maintain()
    #expect(try await inbox.events(after: 0, limit: 9, maxBytes: .max).map(\.sequence) == [3])
    #expect(try await inbox.sequencesWithRows(handler: "a", after: 0).isEmpty)
    await inbox.close()
  }
}

import InboxTestKit
import LinqhookInbox
import Testing

@Suite struct CountConformance {
  /// Six events; handler `a` has settled 1 to 4 with 2 dead and 3 in retry, and 5 out of turn; `b` has settled
  /// 1 alone.
  private func filled(_ kind: StoreKind) async throws -> TestInbox {
    let test = try await TestInbox(kind)
    _ = try await test.inbox.attach(["a", "b"])
    _ = await test.inbox.accept((1...6).map { inboundEvent("id-\($0)") })
    let rows = [deferredDelivery(2, .dead), deferredDelivery(3, .retrying), deferredDelivery(5, .delivered)]
    try await test.inbox.record(ProgressRecord(handler: "a", cursor: 4, deferred: rows))
    try await test.inbox.record(ProgressRecord(handler: "b", cursor: 1))
    return test
  }

  @Test(arguments: StoreKind.allCases)
  func countsAgreeWithTheStatesOfAList(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    #expect(try await test.inbox.counts(handler: nil) == EventCounts(pending: 4, delivered: 1, dead: 1))
    #expect(try await test.inbox.counts(handler: "a") == EventCounts(pending: 2, delivered: 3, dead: 1))
    #expect(try await test.inbox.counts(handler: "b") == EventCounts(pending: 5, delivered: 1, dead: 0))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func onlyAttachedHandlersJudgeTogether(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    _ = try await test.inbox.attach(["b"])
    #expect(try await test.inbox.counts(handler: nil) == EventCounts(pending: 5, delivered: 1, dead: 0))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func handlersThatAreGoneAreKnownUntilTheyAreForgotten(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    _ = try await test.inbox.attach(["c", "b"])
    func known() async throws -> [String] {
      try await test.inbox.handlers().map { "\($0.handler) \($0.isAttached)" }
    }
    #expect(try await known() == ["a false", "b true", "c true"])
    #expect(try await test.inbox.counts(handler: "a") == EventCounts(pending: 2, delivered: 3, dead: 1))
    try await test.inbox.forget("a")
    #expect(try await known() == ["b true", "c true"])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func anUnknownHandlerIsSaid(_ kind: StoreKind) async throws {
    let test = try await filled(kind)
    let error = await #expect(throws: InboxError.self) { try await test.inbox.counts(handler: "c") }
    #expect(error?.code == .notFound)
    await test.inbox.close()
  }
}

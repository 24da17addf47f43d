import InboxTestKit
import LinqhookInbox
import Testing

@Suite struct PauseConformance {
  private func paused(_ inbox: any Inbox) async throws -> [String] {
    try await inbox.handlers().filter(\.isPaused).map(\.handler)
  }

  @Test(arguments: StoreKind.allCases)
  func aPauseStaysUntilItIsTakenBack(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    #expect(try await inbox.attach(["a", "b"]).map(\.isPaused) == [false, false])
    for _ in 1...2 { try await inbox.setPaused("a", true) }
    #expect(try await paused(inbox) == ["a"])
    _ = await inbox.accept([inboundEvent("1")])
    try await inbox.record(ProgressRecord(handler: "a", cursor: 1))
    #expect(try await inbox.attach(["a", "b"]).map(\.isPaused) == [true, false])
    for _ in 1...2 { try await inbox.setPaused("a", false) }
    #expect(try await paused(inbox).isEmpty)
    #expect(try await inbox.attach(["a", "b"]).map(\.isPaused) == [false, false])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aHandlerThatWasAwayIsStillPausedAndOneThatWasForgottenIsNot(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    _ = try await inbox.attach(["a", "b"])
    try await inbox.setPaused("a", true)
    try await inbox.setPaused("b", true)
    _ = try await inbox.attach([])
    #expect(try await paused(inbox) == ["a", "b"])
    try await inbox.forget("b")
    #expect(try await inbox.attach(["a", "b"]).map(\.isPaused) == [true, false])
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func anUnknownHandlerCannotBePaused(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let error = await #expect(throws: InboxError.self) { try await test.inbox.setPaused("a", true) }
    #expect(error?.code == .notFound)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func whatWaitsForAPausedHandlerCountsAsPending(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxPendingEvents = 2 }
    _ = try await test.inbox.attach(["a"])
    try await test.inbox.setPaused("a", true)
    let outcomes = await test.inbox.accept((1...3).map { inboundEvent("id-\($0)") })
    #expect(outcomes.last == .unavailable(.backlogFull))
    await test.inbox.close()
  }
}

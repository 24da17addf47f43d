import LinqhookDelivery
import LinqhookInbox
import Testing

/// What every handler must do, whatever its target is.
@Suite struct HandlerConformance {
  private func events(_ sequences: ClosedRange<Int64>) -> [StoredEvent] {
    sequences.map { event($0, chat: "chat") }
  }

  private func ids(_ sequences: ClosedRange<Int64>) -> [String] { sequences.map { "event-\($0)" } }

  @Test(arguments: HandlerType.allCases)
  func everyEventReachesTheTargetOnceAndInOrder(_ type: HandlerType) async throws {
    let handler = try HandlerUnderTest(type)
    try await handler.start()
    let results = await handler.deliver(events(1...20))
    #expect(results == Array(repeating: .delivered, count: 20))
    await handler.stop()
    #expect(handler.received == ids(1...20))
  }

  @Test(arguments: HandlerType.allCases)
  func aNewOneGoesOnWhereAStoppedOneEnded(_ type: HandlerType) async throws {
    let first = try HandlerUnderTest(type)
    try await first.start()
    #expect(await first.deliver(events(1...5)).allSatisfy { $0 == .delivered })
    await first.stop()
    let second = try HandlerUnderTest(type, after: first)
    try await second.start(cursor: 5)
    #expect(await second.deliver(events(6...10)).allSatisfy { $0 == .delivered })
    await second.stop()
    #expect(second.received == ids(1...10))
  }

  /// A reload that fails puts the handlers of before back.
  @Test(arguments: HandlerType.allCases)
  func aStoppedOneCanBeStartedAgain(_ type: HandlerType) async throws {
    let handler = try HandlerUnderTest(type)
    try await handler.start()
    #expect(await handler.deliver(events(1...5)).allSatisfy { $0 == .delivered })
    await handler.stop()
    try await handler.start(cursor: 5)
    #expect(await handler.deliver(events(6...10)).allSatisfy { $0 == .delivered })
    await handler.stop()
    #expect(handler.received == ids(1...10))
  }

  @Test(arguments: HandlerType.allCases)
  func aHandlerThatWasGivenNothingStopsAtOnce(_ type: HandlerType) async throws {
    let handler = try HandlerUnderTest(type)
    try await handler.start()
    await handler.stop()
    #expect(handler.received.isEmpty)
  }

  @Test(arguments: HandlerType.single)
  func differentChatsGoSideBySide(_ type: HandlerType) async throws {
    let handler = try HandlerUnderTest(type)
    try await handler.start()
    await withTaskGroup { group in
      for sequence in Int64(1)...16 {
        group.addTask { await handler.deliver([event(sequence, chat: "chat-\(sequence)")]) }
      }
      for await results in group { #expect(results == [.delivered]) }
    }
    await handler.stop()
    #expect(Set(handler.received) == Set(ids(1...16)))
    #expect(handler.received.count == 16)
  }

  @Test(arguments: HandlerType.single)
  func aTargetThatIsNotThereIsARetryAndNoCrash(_ type: HandlerType) async throws {
    let handler = try HandlerUnderTest(type, .missing)
    try? await handler.start()
    let results = await handler.deliver(events(1...1))
    guard case .retry(let reason, _)? = results.first else {
      Issue.record("The attempt ended with \(results).")
      return
    }
    #expect(!reason.isEmpty)
    await handler.stop()
  }

  @Test(arguments: HandlerType.single)
  func anAttemptThatIsCancelledEndsSoonAsARetry(_ type: HandlerType) async throws {
    let handler = try HandlerUnderTest(type, .silent)
    try await handler.start()
    let attempt = Task { await handler.deliver(events(1...1)) }
    // A silent hook leaves no trace of its start; cancelling before it is as good.
    if type != .shell { await eventually("the target has the event") { !handler.received.isEmpty } }
    attempt.cancel()
    guard case .retry? = await attempt.value.first else {
      Issue.record("A cancelled attempt did not end as a retry.")
      return
    }
    await handler.stop()
  }
}

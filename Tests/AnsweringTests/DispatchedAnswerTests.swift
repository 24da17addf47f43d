import Answering
import InboxSupport
import LinqAPI
import LinqEvents
import LinqSandbox
import LinqhookDelivery
import LinqhookInbox
import Logging
import SQLiteInbox
import TestKit
import Testing

/// Answers on their whole way: inbox, lanes, program, outbox, Linq, with ends in the middle.
@Suite(.timeLimit(.minutes(2))) struct DispatchedAnswerTests {
  private static let chats = 12
  private static let messages = 12

  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func accept(_ event: StoredEvent, _ chat: String, by inbox: any Inbox) async {
    let inbound = InboundEvent(
      eventID: event.eventID,
      envelope: EventEnvelope(eventType: "message.received", eventID: event.eventID, chatID: chat),
      source: nil,
      receivedAtMilliseconds: 1_790_000_000_000,
      freshness: .proven,
      payload: event.payload
    )
    await withCheckedContinuation { continuation in inbox.accept([inbound]) { _ in continuation.resume() } }
  }

  private func registration(_ delivery: AnsweringDelivery) -> HandlerRegistration {
    HandlerRegistration(
      name: "bot",
      target: .single(delivery),
      filter: .all,
      order: .chat,
      concurrency: 8,
      retry: RetryPolicy(first: .seconds(0.01), max: .seconds(0.05)),
      fingerprint: "bot"
    )
  }

  /// Linq refuses one send in twenty and loses one answer in twenty; the dispatcher is ended again and again without a
  /// word, its requests broken off wherever they are.
  @Test(arguments: ["memory", "sqlite"]) func eachMessageIsAnsweredOnceAndInOrderOverEnds(kind: String)
    async throws
  {
    let folder = try TemporaryFolder()
    let inbox: any Inbox =
      kind == "memory"
      ? MemoryInbox()
      : try SQLiteInbox.open(SQLiteStorage(path: folder.file("inbox.db")), onDiagnostic: { _ in })
    try await LinqStandIn.run {
      $0.refusedSendShare = 0.05
      $0.failedAnswerShare = 0.05
    } _: { stand in
      var chats: [String] = []
      for number in 0..<Self.chats {
        chats.append(try await stand.write("Hello", from: "+1202555\(1000 + number)").chat)
      }
      let program = TestProgram { attempt in
        .lines(
          Array(
            "{\"reply\":\"\(attempt.message.text ?? "") a\"}\n{\"reply\":\"\(attempt.message.text ?? "") b\"}"
              .utf8
          )
        )
      }
      // A handler gets what is accepted after it is known.
      _ = try await inbox.attach(["bot"])
      for number in 0..<Self.messages {
        for (index, chat) in chats.enumerated() {
          let event = try TestEvent.message(
            id: "e-\(index)-\(number)",
            chat: chat,
            text: "\(number)",
            changes: [("data.sender_handle.handle", JSONValue("+1202555\(1000 + index)"))]
          )
          await accept(event, chat, by: inbox)
        }
      }
      let wanted = Self.chats * Self.messages * 2
      for end in 1...12 { try await run(stand, program, over: inbox, until: wanted * end / 14) }
      try await run(stand, program, over: inbox, until: nil)
      let expected = (0..<Self.messages).flatMap { ["\($0) a", "\($0) b"] }
      for chat in chats {
        let sent = try await stand.sent(chat)
        #expect(sent == expected)
      }
    }
    await inbox.close()
  }

  /// Runs a dispatcher until so many messages are at Linq, and ends it there; nil for all.
  private func run(_ stand: LinqStandIn, _ program: TestProgram, over inbox: any Inbox, until count: Int?)
    async throws
  {
    // Linq's pace is the sandbox's, a thousand times faster.
    let delivery = stand.delivery(program, pacer: MessagePacer(window: .seconds(0.06)))
    let dispatcher = Dispatcher(store: inbox, registrations: [registration(delivery)], logger: quiet)
    try await dispatcher.start()
    let running = Task { await dispatcher.run() }
    // The figures follow a moment behind; there is always something left.
    while dispatcher.statistics[0].pendingEvents == 0 { try await Task.sleep(for: .milliseconds(1)) }
    guard let count else {
      while dispatcher.statistics[0].pendingEvents > 0 { try await Task.sleep(for: .milliseconds(5)) }
      await dispatcher.drain(within: .seconds(5))
      return await running.value
    }
    while stand.count(.reply, .sent) < count, dispatcher.statistics[0].pendingEvents > 0 {
      try await Task.sleep(for: .milliseconds(1))
    }
    running.cancel()
    await running.value
  }
}

import Answering
import LinqAPI
import LinqEvents
import LinqSandbox
import LinqhookDelivery
import LinqhookInbox
import LogSupport
import Testing

/// A program's answer is sent, by V3.
@Suite struct AnswerTests {
  @Test func aTextGoesIntoTheChatOfTheEvent() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let program = TestProgram(text: "Hi there\n")
      let kept = KeptOutbox()
      let event = try TestEvent.message(id: "e1", chat: ids.chat, message: ids.message)
      #expect(await stand.delivery(program).attempt(event, kept) == .delivered)
      #expect(try await stand.sent(ids.chat) == ["Hi there"])
      #expect(kept.count == 1)
      #expect(stand.count(.reply, .sent) == 1)
    }
  }

  @Test func allKindsOfActionsAreCarriedOutInOrderTextQuoteFileReactionRead() async throws {
    // On the sandbox's fast clock a place for an upload would be gone at once.
    try await LinqStandIn.run({ $0.timeScale = 1 }) { stand in
      let ids = try await stand.write("Hello")
      let folder = try TestFolder()
      let picture = try folder.write("photo.png", bytes: 2000)
      let lines = """
        {"read":true}
        {"react":"🎉"}
        {"reply":"one"}
        {"reply":{"text":"two","to":"message"}}
        {"reply":{"attach":["\(picture)","https://example.com/a.jpg"]}}
        """
      let event = try TestEvent.message(id: "e1", chat: ids.chat, message: ids.message)
      let result = await stand.delivery(TestProgram(lines: lines)).attempt(event)
      #expect(result == .delivered)
      #expect(try await stand.sent(ids.chat) == ["one", "two", ""])
      let page = try await stand.linq.messages(ofChat: try #require(ResourceID(ids.chat)))
      #expect(page.json.contains(ids.message))
      #expect(page.json.contains("photo.png"))
      #expect(page.json.contains("example.com/a.jpg"))
      #expect(page.json.contains("🎉"))
      #expect(
        [stand.count(.reply, .sent), stand.count(.react, .sent), stand.count(.read, .sent)] == [3, 1, 1]
      )
    }
  }

  @Test(arguments: ["", "\n", "  \n"]) func nothingIsSentAndNothingKeptForEmptyOutput(_ output: String)
    async throws
  {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let kept = KeptOutbox()
      let event = try TestEvent.message(id: "e1", chat: ids.chat, message: ids.message)
      #expect(await stand.delivery(TestProgram(text: output)).attempt(event, kept) == .delivered)
      #expect(try await stand.sent(ids.chat) == [])
      #expect(kept.count == 0)
    }
  }

  @Test func aSlipOfTheProgramIsADeadLetterWithTheLineIsCountedAndSendsNothingAtAll() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let log = CapturedLog()
      let event = try TestEvent.message(id: "e1", chat: ids.chat, message: ids.message)
      let program = TestProgram(lines: "{\"reply\":\"one\"}\nsecret nonsense\n")
      let result = await stand.delivery(program, logger: log.logger).attempt(event)
      guard case .dead(let reason) = result else { throw Unexpected(result) }
      #expect(reason.contains("Line 2"))
      #expect(log.text.contains("Line 2") && !log.text.contains("secret"))
      #expect(try await stand.sent(ids.chat) == [])
      #expect(stand.count(.invalid, .dead) == 1)
    }
  }

  @Test func anAnswerToAnEventWithoutAChatIsADeadLetter() async throws {
    try await LinqStandIn.run { stand in
      let json = try #require(
        SampleEvent.make(
          type: "contact_card.received",
          version: .v3Of2026,
          eventID: "e1",
          createdAtMilliseconds: 0
        )
      )
      let result = await stand.delivery(TestProgram(text: "x")).attempt(try TestEvent.stored(json))
      guard case .dead(let reason) = result else { throw Unexpected(result) }
      #expect(reason.contains("no chat"))
      #expect(await stand.delivery(TestProgram(text: "")).attempt(try TestEvent.stored(json)) == .delivered)
    }
  }

  @Test func whatAProgramSaysOfItselfPassesThroughAndNothingIsSent() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let event = try TestEvent.message(id: "e1", chat: ids.chat, message: ids.message)
      for result in [
        DeliveryResult.dead(reason: "no"), .retry(reason: "later", after: .seconds(7)), .interrupted,
        .delivered,
      ] {
        #expect(await stand.delivery(TestProgram { _ in .result(result) }).attempt(event) == result)
      }
    }
  }

  @Test func whereTheAnswerCannotBeKeptNothingIsSentAndTheProgramRunsAgain() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let event = try TestEvent.message(id: "e1", chat: ids.chat, message: ids.message)
      let delivery = stand.delivery(TestProgram(text: "x"))
      let result = await delivery.handle(DeliveryAttempt(event: event, attempt: 1) { _ in throw DiskFull() })
      guard case .retry = result else { throw Unexpected(result) }
      #expect(try await stand.sent(ids.chat) == [])
    }
  }

  @Test func typingAndReadAreShownWhileTheProgramWorksAndNeverKeepAnAnswerBack() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let event = try TestEvent.message(id: "e1", chat: ids.chat, message: ids.message)
      let delivery = stand.delivery(TestProgram(text: "x")) {
        $0.showsTyping = true
        $0.marksRead = true
      }
      #expect(await delivery.attempt(event) == .delivered)
      let page = try await stand.linq.messages(ofChat: try #require(ResourceID(ids.chat)))
      #expect(page.value.items.first { $0.id.description == ids.message }?.isRead == true)
      // A chat that is not there: both signs fail, and the program runs all the same.
      let program = TestProgram(text: "")
      let other = stand.delivery(program) {
        $0.showsTyping = true
        $0.marksRead = true
      }
      let gone = try TestEvent.message(id: "e2", chat: "6d7d7b61-f799-54ac-88bd-9fbe50e2c994")
      #expect(await other.attempt(gone) == .delivered)
      #expect(program.runs.count == 1)
    }
  }

  @Test func guardedMessagesAreSettledWithoutRunningTheProgramAndCounted() async throws {
    try await LinqStandIn.run { stand in
      let program = TestProgram(text: "x")
      let chat = "6d7d7b61-f799-54ac-88bd-9fbe50e2c994"
      let own = try TestEvent.message(id: "e1", chat: chat, changes: [("data.direction", "outbound")])
      let old = try TestEvent.message(
        id: "e2",
        chat: chat,
        changes: [("data.reconciled_at", "2026-11-30T08:00:00Z")]
      )
      let out = try TestEvent.message(
        id: "e3",
        chat: chat,
        changes: [("data.chat.health_status", ["status": "OPTED_OUT"])]
      )
      for event in [own, old, out] {
        let result = await stand.delivery(program).attempt(event)
        guard case .skipped(let reason) = result else { throw Unexpected(result) }
        #expect(reason.contains("guard:"))
      }
      #expect(program.runs.isEmpty)
      #expect(Set(stand.statistics.snapshot.guarded.keys.map(\.reason)) == Set(MessageGuard.Reason.allCases))
      let passing = stand.delivery(TestProgram(text: "")) { $0.guard = MessageGuard(own: .pass) }
      #expect(await passing.attempt(own) == .delivered)
      let silent = stand.delivery(TestProgram(text: "")) { $0.sendsReplies = false }
      #expect(await silent.attempt(own) == .delivered)
    }
  }

  @Test func withoutReplyNothingIsSentWhateverTheProgramWants() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let log = CapturedLog()
      let event = try TestEvent.message(id: "e1", chat: ids.chat, message: ids.message)
      let delivery = stand.delivery(TestProgram(text: "x"), logger: log.logger) { $0.sendsReplies = false }
      #expect(await delivery.attempt(event) == .delivered)
      #expect(try await stand.sent(ids.chat) == [])
      #expect(log.text.contains("no reply"))
    }
  }

  @Test func aResponderInSwiftAnswersThroughTheSameOutbox() async throws {
    struct Echo: Responder {
      func respond(to message: MessageView, of event: StoredEvent) async throws -> [Action] {
        guard let text = message.text, !text.isEmpty else { throw Unanswerable("There is no text.") }
        return [.react(.tapback(.like)), .reply(String(text.reversed()))]
      }
    }
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let event = try TestEvent.message(id: "e1", chat: ids.chat, message: ids.message, text: "Hello")
      #expect(await stand.delivery(RespondingHandler(Echo())).attempt(event) == .delivered)
      #expect(try await stand.sent(ids.chat) == ["olleH"])
      let silent = try TestEvent.message(id: "e2", chat: ids.chat, text: nil, changes: [("data.parts", [])])
      #expect(
        await stand.delivery(RespondingHandler(Echo())).attempt(silent) == .dead(reason: "There is no text.")
      )
    }
  }

  private struct DiskFull: Error {}
}

/// A result that no test expects.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
  init(_ result: DeliveryResult) { description = "\(result)" }
}

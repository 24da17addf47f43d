import Answering
import LinqAPI
import LinqEvents
import LinqSandbox
import LinqhookDelivery
import LinqhookInbox
import Testing

/// Each answer is sent once, whatever Linq and the machine do.
@Suite struct ExactlyOnceTests {
  private static let three = "{\"reply\":\"one\"}\n{\"reply\":\"two\"}\n{\"reply\":\"three\"}\n"

  @Test(arguments: [APIVersion.v3, .v2])
  func sendsThatAreAnswered429And500AfterTheyTookEffectEndInOneMessageEachInOrder(_ api: APIVersion)
    async throws
  {
    try await LinqStandIn.run(api: api) {
      $0.refusedSendShare = 0.4
      $0.failedAnswerShare = 0.5
      $0.seed = 7
    } _: { stand in
      let program = TestProgram(lines: Self.three)
      let delivery = stand.delivery(program)
      var attempts = 0
      for number in 0..<5 {
        let ids = try await stand.write("Hello", from: "+1202555014\(number)")
        let chat = api == .v3 ? ids.chat : ids.v2Chat
        let event =
          try api == .v3
          ? TestEvent.message(id: "e\(number)", chat: ids.chat, message: ids.message)
          : TestEvent.messageV2(id: "e\(number)", chat: ids.v2Chat, message: ids.v2Message)
        let settled = await delivery.settle(event)
        #expect(settled.last == .delivered)
        attempts += settled.attempts
        #expect(try await stand.sent(chat) == ["one", "two", "three"])
      }
      #expect(program.runs.count == 5)
      #expect(attempts > 8)
      #expect(stand.count(.reply, .sent) == 15)
      #expect(stand.count(.reply, .retried) == attempts - 5)
    }
  }

  @Test func code429PostponesByRetryAfter500RetriesAndNeitherRunsTheProgramAgain() async throws {
    try await LinqStandIn.run({ $0.refusedSendShare = 1 }) { stand in
      let ids = try await stand.write("Hello")
      let program = TestProgram(text: "x")
      let kept = KeptOutbox()
      let event = try TestEvent.message(id: "e", chat: ids.chat)
      for _ in 0..<3 {
        let result = await stand.delivery(program).attempt(event, kept)
        guard case .postponed(let reason, let after) = result else { throw Unexpected(result) }
        #expect(after == .seconds(1))
        #expect(reason.contains("1007"))
      }
      #expect(program.runs.count == 1)
    }
    try await LinqStandIn.run({ $0.failedAnswerShare = 1 }) { stand in
      let ids = try await stand.write("Hello")
      let kept = KeptOutbox()
      let event = try TestEvent.message(id: "e", chat: ids.chat)
      let result = await stand.delivery(TestProgram(text: "x")).attempt(event, kept)
      guard case .retry(let reason, _) = result else { throw Unexpected(result) }
      #expect(reason.contains("3006"))
      #expect(await stand.delivery(TestProgram(text: "y")).attempt(event, kept) == .delivered)
      #expect(try await stand.sent(ids.chat) == ["x"])
    }
  }

  @Test func aKillBehindAnySendWithWhatWasKeptBeforeTheFirstSendsTheRestAndNothingTwice() async throws {
    try await LinqStandIn.run { stand in
      for sent in 0...3 {
        let ids = try await stand.write("Hello", from: "+1202555014\(sent)")
        let event = try TestEvent.message(id: "kill-\(sent)", chat: ids.chat)
        let kept = KeptOutbox()
        // What an attempt leaves behind that was killed after so many sends.
        let lines = Self.three.split(separator: "\n").prefix(sent).joined(separator: "\n")
        if sent > 0 { #expect(await stand.delivery(TestProgram(lines: lines)).attempt(event) == .delivered) }
        let whole = KeptOutbox()
        let refusing = await LinqStandIn.unreachable(stand, TestProgram(lines: Self.three)).attempt(
          event,
          whole
        )
        guard case .retry = refusing, let bytes = whole.last else { throw Unexpected(refusing) }
        kept.keep(bytes)
        let program = TestProgram(text: "again")
        #expect(await stand.delivery(program).attempt(event, kept) == .delivered)
        #expect(program.runs.isEmpty)
        #expect(try await stand.sent(ids.chat) == ["one", "two", "three"])
      }
    }
  }

  @Test func aWaitInTheMiddleKeepsWhatIsSentAlreadySoThatNothingRestsOnHowLongLinqKnowsAKey() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let event = try TestEvent.message(id: "e", chat: ids.chat)
      let kept = KeptOutbox()
      let delivery = stand.delivery(
        TestProgram(lines: Self.three),
        replyLimit: ReplyLimit(count: 2, per: .seconds(3600))
      )
      let result = await delivery.attempt(event, kept)
      guard case .postponed(_, let after) = result else { throw Unexpected(result) }
      #expect((.seconds(3500)...(.seconds(3600))).contains(after))
      #expect(try await stand.sent(ids.chat) == ["one", "two"])
      #expect(kept.count == 2)
      let last = try #require(kept.last)
      #expect(try JSONValue(parsing: last.span)[member: "next"]?.integer == 2)
    }
  }

  @Test func linqThatCannotBeReachedCostsARetryAndTheProgramIsNotRunAgain() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let event = try TestEvent.message(id: "e", chat: ids.chat)
      let kept = KeptOutbox()
      let program = TestProgram(text: "x")
      let offline = LinqStandIn.unreachable(stand, program)
      for _ in 0..<3 {
        let result = await offline.attempt(event, kept)
        guard case .retry(let reason, _) = result else { throw Unexpected(result) }
        #expect(reason.contains("cannot be reached"))
      }
      #expect(program.runs.count == 1)
      #expect(await stand.delivery(program).attempt(event, kept) == .delivered)
      #expect(try await stand.sent(ids.chat) == ["x"])
    }
  }

  @Test func aPersonWhoHasOptedOutMakesADeadLetterWithLinqsCodeWordsAndTrace() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("STOP")
      let event = try TestEvent.message(id: "e", chat: ids.chat)
      let result = await stand.delivery(TestProgram(lines: Self.three)).attempt(event)
      guard case .dead(let reason) = result else { throw Unexpected(result) }
      for words in ["403", "2024", "opted out", "trace is"] { #expect(reason.contains(words), "\(reason)") }
      #expect(stand.count(.reply, .dead) == 3)
    }
  }

  @Test func aChatThatIsNotThereIsADeadLetterAKeyWhoseMessageIsGoneCountsAsSent() async throws {
    try await LinqStandIn.run { stand in
      let gone = try TestEvent.message(id: "e", chat: "6d7d7b61-f799-54ac-88bd-9fbe50e2c994")
      let result = await stand.delivery(TestProgram(text: "x")).attempt(gone)
      guard case .dead(let reason) = result else { throw Unexpected(result) }
      #expect(reason.contains("2001"))
    }
    try await LinqStandIn.run({ $0.failedAnswerShare = 1 }) { stand in
      let ids = try await stand.write("Hello")
      for (number, line) in [#"{"reply":"x"}"#, #"{"reply":{"text":"x","to":"message"}}"#].enumerated() {
        let event = try TestEvent.message(id: "used-\(number)", chat: ids.chat, message: ids.message)
        let kept = KeptOutbox()
        let delivery = stand.delivery(TestProgram(lines: line))
        guard case .retry = await delivery.attempt(event, kept) else { throw Unexpected(.delivered) }
        try await stand.deleteLast(ofChat: ids.chat)
        #expect(await delivery.attempt(event, kept) == .delivered)
      }
      #expect(try await stand.sent(ids.chat) == [])
    }
  }

  @Test func aQuotedMessageThatIsGoneIsADeadLetterAtFirstAndLater() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let missing = "b9571e22-2937-5f80-96e1-d5ed83d8265c"
      let event = try TestEvent.message(id: "e", chat: ids.chat, message: missing)
      let program = TestProgram(lines: #"{"reply":{"text":"x","to":"message"}}"#)
      let kept = KeptOutbox()
      _ = await LinqStandIn.unreachable(stand, program).attempt(event, kept)
      for outbox in [KeptOutbox(), kept] {
        let result = await stand.delivery(program).attempt(event, outbox)
        guard case .dead = result else { throw Unexpected(result) }
      }
    }
  }

  @Test func theSameEventAnswersOnceForEachHandlerAndAReplaySendsNothingTwice() async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let event = try TestEvent.message(id: "e", chat: ids.chat)
      for name in ["a", "b", "a"] {
        #expect(await stand.delivery(TestProgram(text: name), name: name).attempt(event) == .delivered)
      }
      #expect(try await stand.sent(ids.chat) == ["a", "b"])
    }
  }

  @Test(arguments: ["/nowhere/x.png", "/dev/zero", "/tmp"]) func aFileThatCannotBeSentIsADeadLetter(
    _ path: String
  ) async throws {
    try await LinqStandIn.run { stand in
      let ids = try await stand.write("Hello")
      let event = try TestEvent.message(id: "e", chat: ids.chat)
      let result = await stand.delivery(TestProgram(lines: #"{"reply":{"attach":["\#(path)"]}}"#)).attempt(
        event
      )
      guard case .dead = result else { throw Unexpected(result) }
      #expect(try await stand.sent(ids.chat) == [])
    }
  }
}

import Answering
import LinqEvents
import LinqSandbox
import LinqhookDelivery
import LinqhookInbox
import Testing

/// Limits hold answers back before Linq has to.
@Suite struct AnswerLimitTests {
  @Test func pastTheReplyLimitTheProgramIsNotRunAndOtherChatsGoOn() async throws {
    try await LinqStandIn.run { stand in
      let (one, two) = (try await stand.write("Hello"), try await stand.write("Hello", from: "+12025550148"))
      let program = TestProgram(text: "x")
      let delivery = stand.delivery(program, replyLimit: ReplyLimit(count: 3, per: .seconds(3600)))
      for number in 0..<3 {
        #expect(await delivery.attempt(try TestEvent.message(id: "e\(number)", chat: one.chat)) == .delivered)
      }
      let result = await delivery.attempt(try TestEvent.message(id: "e3", chat: one.chat))
      guard case .postponed(let reason, let after) = result else { throw Unexpected(result) }
      #expect(reason.contains("reply_limit") && after > .seconds(3500))
      #expect(program.runs.count == 3)
      let other = try TestEvent.message(
        id: "e4",
        chat: two.chat,
        changes: [("data.sender_handle.handle", "+12025550148")]
      )
      #expect(await delivery.attempt(other) == .delivered)
    }
  }

  @Test func linqsLimitForAPairIsKnownBeforehandForAllHandlersTogether() async throws {
    try await LinqStandIn.run({ $0.timeScale = 1 }) { stand in
      let ids = try await stand.write("Hello")
      let pacer = MessagePacer()
      let (one, two) = (
        stand.delivery(TestProgram(text: "x"), name: "a", pacer: pacer),
        stand.delivery(TestProgram(text: "y"), name: "b", pacer: pacer)
      )
      for number in 0..<15 {
        let event = try TestEvent.message(id: "e\(number)", chat: ids.chat)
        #expect(await one.attempt(event) == .delivered)
        #expect(await two.attempt(event) == .delivered)
      }
      let result = await one.attempt(try TestEvent.message(id: "e99", chat: ids.chat))
      guard case .postponed(let reason, _) = result else { throw Unexpected(result) }
      #expect(reason.contains("30 messages a minute"))
      #expect(stand.count(.reply, .retried) == 0)
    }
  }

  @Test func aSendThatIsTriedAgainTakesOnePlaceOnly() async throws {
    try await LinqStandIn.run({ $0.failedAnswerShare = 1 }) { stand in
      let ids = try await stand.write("Hello")
      let delivery = stand.delivery(
        TestProgram(text: "x"),
        replyLimit: ReplyLimit(count: 2, per: .seconds(3600))
      )
      for number in 0..<2 {
        let settled = await delivery.settle(try TestEvent.message(id: "e\(number)", chat: ids.chat))
        #expect(settled.last == .delivered && settled.attempts == 2)
      }
    }
  }
}

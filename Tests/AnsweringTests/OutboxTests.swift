import LinqAPI
import LinqEvents
import Testing

@testable import Answering

/// What is to be sent is kept as it is, under keys that never clash.
@Suite struct OutboxTests {
  private func target() throws -> AnswerTarget {
    var view = MessageView()
    view.chatID = "6d7d7b61-f799-54ac-88bd-9fbe50e2c994"
    view.messageID = "1001"
    view.line = "+12025550100"
    view.from = "someone@example.com"
    view.isOwn = false
    return try #require(AnswerTarget(view))
  }

  @Test func anOutboxComesBackWithItsTargetActionsAndPosition() throws {
    var outbox = Outbox(
      target: try target(),
      actions: [
        .reply("a\u{0007}\u{2028}é"), .reply(text: "b", quotes: true, attachments: ["/x"]),
        .react(.emoji("🎉")), .read,
      ]
    )
    outbox.position = 2
    let read = try Outbox(kept: outbox.bytes, version: .v3)
    #expect(read.target == outbox.target)
    #expect(read.actions == outbox.actions)
    #expect(read.position == 2)
    #expect(read.mayBeSent)
  }

  @Test func anAnswerOfTheLargestSizeComesBackWhateverItsEscapesTake() throws {
    let text = String(repeating: "\u{7}", count: ActionLimits.maxTextLength)
    let outbox = Outbox(
      target: try target(),
      actions: Array(repeating: .reply(text), count: ActionLimits.maxActions)
    )
    #expect(try Outbox(kept: outbox.bytes, version: .v2).actions == outbox.actions)
  }

  @Test(arguments: [
    "", "{}", "null", #"{"v":2,"to":{"chat":"1"},"next":0,"actions":[]}"#,
    #"{"v":1,"to":{},"next":0,"actions":[]}"#,
    #"{"v":1,"to":{"chat":"1"},"next":2,"actions":[{"read":true}]}"#,
    #"{"v":1,"to":{"chat":"../x"},"next":0,"actions":[]}"#,
  ]) func whatCannotBeReadIsRefused(_ text: String) {
    #expect(throws: ActionProblem.self) { _ = try Outbox(kept: Array(text.utf8), version: .v3) }
  }

  @Test func keysAreTheSameEachTimeDifferInEventHandlerAndPositionAndFitBothAPIs() throws {
    let parts = ["a", "b", "ab", "", "1:a", "é\u{0}", String(repeating: "x", count: 255)]
    var seen: Set<String> = []
    for event in parts {
      for handler in parts {
        let keys = try AnswerKeys(eventID: event, handler: handler)
        #expect(try keys.key(at: 3) == AnswerKeys(eventID: event, handler: handler).key(at: 3))
        for position in 0..<ActionLimits.maxActions {
          let key = try keys.key(at: position).description
          #expect(key.utf8.count <= 64)
          #expect(key.wholeMatch(of: /[A-Za-z0-9_-]+/) != nil)
          #expect(seen.insert(key).inserted)
        }
      }
    }
  }
}

import LinqAPI
import LinqEvents
import Testing

@testable import Answering

/// Limits count within a sliding window.
@Suite struct WindowTests {
  @Test func thereIsRoomAgainWhenTheOldestHasLeftTheWindow() {
    var table = WindowTable(maxCount: 2, window: .seconds(60), maxKeys: 10)
    let start = ContinuousClock.now
    #expect(table.wait(for: "a", at: start) == nil)
    table.add("a", at: start)
    table.add("a", at: start + .seconds(10))
    #expect(table.wait(for: "a", at: start + .seconds(20)) == .seconds(40))
    #expect(table.wait(for: "b", at: start + .seconds(20)) == nil)
    #expect(table.wait(for: "a", at: start + .seconds(60)) == nil)
    table.add("a", at: start + .seconds(60))
    #expect(table.wait(for: "a", at: start + .seconds(61)) == .seconds(9))
  }

  @Test func aPlaceThatIsGivenBackIsFree() {
    var table = WindowTable(maxCount: 1, window: .seconds(60), maxKeys: 10)
    let start = ContinuousClock.now
    table.add("a", at: start)
    #expect(table.wait(for: "a", at: start) != nil)
    table.remove("a", at: start)
    #expect(table.wait(for: "a", at: start) == nil)
    #expect(table.keyCount == 0)
  }

  @Test func theTableNeverGrowsBeyondItsBoundAndForgetsWhatIsOver() {
    var table = WindowTable(maxCount: 5, window: .seconds(60), maxKeys: 100)
    let start = ContinuousClock.now
    for number in 0..<1000 { table.add("key \(number)", at: start) }
    #expect(table.keyCount == 100)
    table.add("late", at: start + .seconds(61))
    #expect(table.keyCount == 1)
  }

  @Test func aPairOfLineAndPersonHasOneLimitOverAllItsChatsAGroupHasItsOwn() throws {
    func target(_ chat: String, isGroup: Bool = false, isOwn: Bool = false) throws -> AnswerTarget {
      var view = MessageView()
      view.chatID = chat
      view.line = "+12025550100"
      view.from = "+12025550147"
      view.isGroup = isGroup
      view.isOwn = isOwn
      return try #require(AnswerTarget(view))
    }
    let pacer = MessagePacer(maxMessages: 2, window: .seconds(60))
    _ = pacer.take(try target("1"))
    _ = pacer.take(try target("2"))
    #expect(pacer.wait(for: try target("3")) != nil)
    #expect(pacer.wait(for: try target("4", isGroup: true)) == nil)
    #expect(pacer.wait(for: try target("5", isOwn: true)) == nil)
  }
}

import Testing

/// The checker itself: a check that cannot fail proves nothing.
@Suite struct InvariantCheckTests {
  private let acknowledged = [["chat0-1", "chat0-2"], ["chat1-1"]]

  private func line(_ id: String, _ chat: Int) -> String {
    #"{"api_version":"v2","event_id":"\#(id)","event_type":"message.read","data":{"chat_id":"\#(chat)","text":""}}"#
      + "\n"
  }

  private func violations(_ texts: String..., allowsUnacknowledged: Bool = false) -> [Violation] {
    InvariantCheck.archive(
      DeliveredLines(texts: texts),
      acknowledged: acknowledged,
      allowsUnacknowledged: allowsUnacknowledged
    )
  }

  @Test func anArchiveWithEachEventOnceAndInOrderPasses() {
    #expect(violations(line("chat0-1", 0), line("chat1-1", 1) + line("chat0-2", 0)) == [])
  }

  @Test func aRemovedLineIsALoss() {
    #expect(violations(line("chat0-1", 0) + line("chat1-1", 1)) == [.lost(["chat0-2"])])
  }

  @Test func aRepeatedLineIsADouble() {
    let all = line("chat0-1", 0) + line("chat0-2", 0) + line("chat1-1", 1)
    #expect(violations(all, line("chat0-1", 0)) == [.doubled(["chat0-1"])])
  }

  @Test func swappedLinesOfAChatAreSeen() {
    #expect(
      violations(line("chat0-2", 0) + line("chat0-1", 0) + line("chat1-1", 1)) == [.reordered(chat: 0)]
    )
  }

  @Test func aCutLineIsTorn() {
    let all = line("chat0-1", 0) + line("chat1-1", 1) + line("chat0-2", 0)
    #expect(violations(String(all.dropLast(3))) == [.torn(1), .lost(["chat0-2"])])
    #expect(violations(String(all.dropLast(1))).contains(.torn(1)))
  }

  @Test func anEventThatNobodySentIsSeenUnlessTheEndWasCutOff() {
    let all = line("chat0-1", 0) + line("chat1-1", 1) + line("chat0-2", 0) + line("chat0-3", 0)
    #expect(violations(all) == [.unknown(["chat0-3"])])
    #expect(violations(all, allowsUnacknowledged: true) == [])
  }

  @Test func booksThatDoNotAddUpAreSeen() {
    let books = StoreState(pending: 1, delivered: 2, dead: 3)
    #expect(InvariantCheck.books(books, acknowledged: 6) == [])
    #expect(
      InvariantCheck.books(books, acknowledged: 7)
        == [.unbalanced(acknowledged: 7, delivered: 2, dead: 3, pending: 1)]
    )
  }

  @Test func onlyAnswersThatLetLinqTryAgainPass() {
    #expect(InvariantCheck.answers([0: 1, 200: 5, 429: 1, 503: 2]) == [])
    #expect(InvariantCheck.answers([400: 1, 200: 5]) == [.refusedForGood(status: 400, count: 1)])
  }
}

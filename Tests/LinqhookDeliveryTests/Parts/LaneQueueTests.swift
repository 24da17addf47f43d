import Testing

@testable import LinqhookDelivery

@Suite struct LaneQueueTests {
  private func queue(fresh: [Int] = [], tried: [Int] = []) -> LaneQueue {
    var queue = LaneQueue()
    for slot in fresh { queue.append(slot, wasTried: false) }
    for slot in tried { queue.append(slot, wasTried: true) }
    return queue
  }

  private func all(of queue: LaneQueue) -> [Int] {
    var queue = queue
    return (0..<10).compactMap { _ in queue.popFirst() }
  }

  @Test func theKindsTakeTurnsAndEachIsInOrder() {
    #expect(all(of: queue(fresh: [1, 2, 3], tried: [11, 12, 13])) == [1, 11, 2, 12, 3, 13])
  }

  @Test func whereOneKindIsMissingTheOtherGoesOn() {
    #expect(all(of: queue(fresh: [1, 2])) == [1, 2])
    #expect(all(of: queue(tried: [11, 12])) == [11, 12])
    #expect(all(of: queue(fresh: [1], tried: [11, 12, 13])) == [1, 11, 12, 13])
    #expect(queue().isEmpty)
  }

  @Test func aTriedOneThatWentInPlaceOfAFreshOneWasItsKindsTurn() {
    var queue = queue(tried: [11, 12])
    #expect(queue.popFirst() == 11)
    queue.append(1, wasTried: false)
    #expect(queue.popFirst() == 1)
  }

  @Test func aQueueComplementsAnotherWithTheKindThatIsMissingThere() {
    #expect(queue(fresh: [1]).complements(queue()))
    #expect(queue(fresh: [1]).complements(queue(tried: [11])))
    #expect(queue(tried: [11]).complements(queue(fresh: [1])))
    #expect(!queue(fresh: [1]).complements(queue(fresh: [2])))
    #expect(!queue(tried: [11]).complements(queue(fresh: [1], tried: [12])))
    #expect(!queue().complements(queue()))
  }
}

import LinqEvents
import LinqhookInbox
import TestKit
import Testing

@testable import LinqhookDelivery

@Suite(.timeLimit(.minutes(1)))
struct HandoverWindowTests {
  private func events(_ range: ClosedRange<Int64>, bytes: Int = 2) -> [StoredEvent] {
    range.map {
      StoredEvent(
        sequence: $0,
        eventID: "event-\($0)",
        envelope: EventEnvelope(eventType: "x", eventID: nil),
        source: nil,
        receivedAtMilliseconds: 0,
        payload: Array(repeating: 0x20, count: bytes)
      )
    }
  }

  private func taken(_ step: HandoverWindow.Step) -> [Int64]? {
    guard case .take(let events) = step else { return nil }
    return events.map(\.sequence)
  }

  private func isRead(_ step: HandoverWindow.Step, after: Int64, horizon: Int64) -> Bool {
    guard case .read(after, horizon) = step else { return false }
    return true
  }

  @Test func aPumpThatKeepsUpNeverReadsTheLedger() {
    var window = HandoverWindow(position: 5, maxWeight: 10)
    #expect(taken(window.next(maxWeight: 10)) == [])
    window.offer(events(6...8))
    window.offer(events(9...9))
    #expect(taken(window.next(maxWeight: 2)) == [6, 7])
    #expect(taken(window.next(maxWeight: 10)) == [8, 9])
    #expect(window.position == 9)
  }

  @Test func whatTheLedgerHeldBeforeIsReadFirst() {
    var window = HandoverWindow(position: 0, maxWeight: 10)
    window.noteCommitted(upTo: 3)
    #expect(isRead(window.next(maxWeight: 10), after: 0, horizon: 3))
    window.offer(events(4...5))
    window.advance(to: 3)
    #expect(taken(window.next(maxWeight: 10)) == [4, 5])
  }

  @Test func whatDidNotFitIsReadAndNothingIsSkipped() {
    var window = HandoverWindow(position: 0, maxWeight: 4)
    #expect(taken(window.next(maxWeight: 10)) == [])
    window.offer(events(1...3))
    window.offer(events(4...7))
    window.offer(events(8...8))
    #expect(taken(window.next(maxWeight: 10)) == [1, 2, 3, 4])
    #expect(isRead(window.next(maxWeight: 10), after: 4, horizon: 8))
  }

  @Test func aReadThatSeesWhatIsStillToBeOfferedCausesNoDuplicate() {
    var window = HandoverWindow(position: 0, maxWeight: 8)
    window.noteCommitted(upTo: 2)
    #expect(isRead(window.next(maxWeight: 10), after: 0, horizon: 2))
    window.advance(to: 4)
    window.offer(events(3...5))
    #expect(taken(window.next(maxWeight: 10)) == [5])
  }

  @Test func payloadCountsAgainstTheLimit() {
    var window = HandoverWindow(position: 0, maxWeight: 100)
    #expect(taken(window.next(maxWeight: 100)) == [])
    window.offer(events(1...4, bytes: 40 * 4096))
    #expect(taken(window.next(maxWeight: 45)) == [1])
    #expect(taken(window.next(maxWeight: 45)) == [2])
    #expect(isRead(window.next(maxWeight: 45), after: 2, horizon: 4))
    // Something too large for any limit still goes, alone.
    window.advance(to: 4)
    #expect(taken(window.next(maxWeight: 45)) == [])
    window.offer(events(5...5, bytes: 4096 * 4096))
    #expect(taken(window.next(maxWeight: 45)) == [5])
  }

  @Test(arguments: 0..<200)
  func anyInterleavingIsGaplessAndInOrder(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var window = HandoverWindow(position: 0, maxWeight: Int.random(in: 1...12, using: &random))
    var (committed, offered, got): (Int64, Int64, [Int64]) = (0, 0, [])
    func commitSome() { committed += Int64.random(in: 0...5, using: &random) }
    func offerSome() {
      guard offered < committed else { return }
      let upTo = Int64.random(in: offered + 1...committed, using: &random)
      window.offer(events(offered + 1...upTo))
      offered = upTo
    }
    for _ in 0..<300 {
      switch Int.random(in: 0..<3, using: &random) {
      case 0: commitSome()
      case 1: offerSome()
      default:
        switch window.next(maxWeight: Int.random(in: 1...6, using: &random)) {
        case .take(let events): got += events.map(\.sequence)
        case .read(let after, let horizon):
          commitSome()
          offerSome()
          let read = events(after + 1...max(committed, after + 1)).filter { $0.sequence <= committed }
            .prefix(Int.random(in: 1...6, using: &random))
          got += read.map(\.sequence)
          window.advance(to: read.last?.sequence ?? horizon)
        }
      }
    }
    #expect(got == Array(1...Int64(max(got.count, 1))).prefix(got.count).map { $0 })
    // Once commits cease, everything arrives.
    if offered < committed { window.offer(events(offered + 1...committed)) }
    drainAll: while true {
      switch window.next(maxWeight: 6) {
      case .take(let events) where events.isEmpty: break drainAll
      case .take(let events): got += events.map(\.sequence)
      case .read(let after, _):
        let read = events(after + 1...min(after + 6, committed))
        got += read.map(\.sequence)
        window.advance(to: read.last?.sequence ?? committed)
      }
    }
    #expect(got.count == Int(committed) && got.elementsEqual(got.sorted()))
  }
}

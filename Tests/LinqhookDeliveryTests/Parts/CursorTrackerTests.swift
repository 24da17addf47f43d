import Testing

@testable import LinqhookDelivery

@Suite struct CursorTrackerTests {
  @Test func theCursorPassesOnlyWhatIsSettled() {
    var tracker = CursorTracker(cursor: 10)
    for sequence: Int64 in 11...14 { tracker.admit(sequence) }
    tracker.settle(12)
    tracker.settle(13)
    #expect(tracker.cursor == 10)
    #expect(tracker.isBlocked)
    #expect(tracker.highestSettled == 13)
    tracker.settle(11)
    #expect(tracker.cursor == 13)
    #expect(!tracker.isBlocked)
    tracker.settle(14)
    #expect(tracker.cursor == 14)
  }

  @Test func prunedSequencesHoldNothingUp() {
    var tracker = CursorTracker(cursor: 0)
    tracker.admit(5)
    tracker.settle(5)
    #expect(tracker.cursor == 5)
  }

  @Test func whatIsBehindTheCursorIsPassedOver() {
    var tracker = CursorTracker(cursor: 5)
    tracker.settle(3)
    tracker.settle(9)
    #expect(tracker.cursor == 5)
    #expect(!tracker.isBlocked)
  }
}

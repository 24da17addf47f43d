import InboxTestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

@Suite struct CommitPaceTests {
  private let begin = ContinuousClock.now

  @Test func theFirstEventIsNotKeptWaiting() {
    #expect(GroupCommitTiming().gatheringTime(waitingEvents: 1, now: begin) == nil)
  }

  @Test func asManyAreExpectedAsCameTogetherLately() {
    var timing = GroupCommitTiming()
    timing.begins(events: 4, now: begin)
    #expect(timing.gatheringTime(waitingEvents: 3, now: begin) == GroupCommitTiming.maxInterval)
    #expect(timing.gatheringTime(waitingEvents: 4, now: begin) == nil)
  }

  @Test func aSenderThatWaitsForEachAnswerIsAnsweredAtOnce() {
    var timing = GroupCommitTiming()
    for _ in 0..<100 {
      timing.begins(events: 1, now: begin)
      #expect(timing.gatheringTime(waitingEvents: 1, now: begin) == nil)
    }
  }

  @Test func nobodyWaitsLongerThanTheIntervalSinceTheLastCommitBegan() {
    var timing = GroupCommitTiming()
    timing.begins(events: 8, now: begin)
    let late = begin + GroupCommitTiming.maxInterval
    #expect(timing.gatheringTime(waitingEvents: 1, now: late - .microseconds(1)) == .microseconds(1))
    #expect(timing.gatheringTime(waitingEvents: 1, now: late) == nil)
    #expect(timing.gatheringTime(waitingEvents: 1, now: late + .seconds(1)) == nil)
  }

  @Test func aBurstIsForgottenAfterAFewCommits() {
    var timing = GroupCommitTiming()
    timing.begins(events: 4000, now: begin)
    for _ in 0..<GroupCommitTiming.maxGatheredEvents { timing.begins(events: 1, now: begin) }
    #expect(timing.gatheringTime(waitingEvents: 1, now: begin) == nil)
  }

  @Test func moreThanTheBoundAreNeverWaitedFor() {
    var timing = GroupCommitTiming()
    timing.begins(events: 4000, now: begin)
    #expect(timing.gatheringTime(waitingEvents: GroupCommitTiming.maxGatheredEvents, now: begin) == nil)
  }
}

/// What the intake makes of it.
@Suite struct GatheringTests {
  private let begin = ContinuousClock.now

  private func offer(_ count: Int) -> WriteBatch.Offer {
    let candidate = WriteBatch.Candidate(event: inboundEvent("a"), fingerprint: Fingerprint(high: 1, low: 1))
    return WriteBatch.Offer(candidates: Array(repeating: candidate, count: count)) { _ in }
  }

  /// An intake whose last commit, of four events, has just begun.
  private func busyIntake() -> WriteQueue<WriterCore> {
    var writeQueue = WriteQueue<WriterCore>()
    writeQueue.add(offer(4))
    _ = writeQueue.wake()
    guard case .batch = writeQueue.next(now: begin) else {
      Issue.record("The first events were kept waiting.")
      return writeQueue
    }
    return writeQueue
  }

  private func isBatch(_ work: WriteQueue<WriterCore>.Work, events: Int) -> Bool {
    guard case .batch(let batch, _) = work else { return false }
    return batch.offers.reduce(0) { $0 + $1.candidates.count } == events
  }

  @Test func fewerThanExpectedGather() {
    var writeQueue = busyIntake()
    writeQueue.add(offer(1))
    guard case .gather(GroupCommitTiming.maxInterval) = writeQueue.next(now: begin) else {
      Issue.record("One event was committed although four were expected.")
      return
    }
    let isTooEarly = writeQueue.endGathering()
    writeQueue.add(offer(3))
    let isTold = writeQueue.endGathering()
    let isToldAgain = writeQueue.endGathering()
    #expect((isTooEarly, isTold, isToldAgain) == (false, true, false))
    #expect(isBatch(writeQueue.next(now: begin), events: 4))
  }

  @Test func whatGatheredIsCommittedWhenTheTimeIsOver() {
    var writeQueue = busyIntake()
    writeQueue.add(offer(1))
    _ = writeQueue.next(now: begin)
    #expect(isBatch(writeQueue.next(now: begin + GroupCommitTiming.maxInterval), events: 1))
  }

  @Test func aCommandEndsTheGathering() {
    var writeQueue = busyIntake()
    writeQueue.add(offer(1))
    _ = writeQueue.next(now: begin)
    writeQueue.add { _ in }
    let isTold = writeQueue.endGathering()
    #expect(isTold)
    #expect(isBatch(writeQueue.next(now: begin), events: 1))
  }

  @Test func closingEndsTheGathering() {
    var writeQueue = busyIntake()
    writeQueue.add(offer(1))
    _ = writeQueue.next(now: begin)
    writeQueue.close()
    let isTold = writeQueue.endGathering()
    #expect(isTold)
    #expect(isBatch(writeQueue.next(now: begin), events: 1))
  }

  @Test func progressGathersWithTheEvents() {
    var writeQueue = busyIntake()
    writeQueue.add(WriteBatch.Step(record: ProgressRecord(handler: "file", cursor: 1)) { _ in })
    guard case .gather = writeQueue.next(now: begin) else {
      Issue.record("A record of progress was committed by itself.")
      return
    }
  }
}

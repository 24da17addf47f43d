import Testing

@testable import Inbox

@Suite struct CommitPaceTests {
  private let begin = ContinuousClock.now

  @Test func theFirstEventIsNotKeptWaiting() {
    #expect(CommitPace().gatheringTime(waitingEvents: 1, now: begin) == nil)
  }

  @Test func asManyAreExpectedAsCameTogetherLately() {
    var pace = CommitPace()
    pace.begins(events: 4, now: begin)
    #expect(pace.gatheringTime(waitingEvents: 3, now: begin) == CommitPace.maxInterval)
    #expect(pace.gatheringTime(waitingEvents: 4, now: begin) == nil)
  }

  @Test func aSenderThatWaitsForEachAnswerIsAnsweredAtOnce() {
    var pace = CommitPace()
    for _ in 0..<100 {
      pace.begins(events: 1, now: begin)
      #expect(pace.gatheringTime(waitingEvents: 1, now: begin) == nil)
    }
  }

  @Test func nobodyWaitsLongerThanTheIntervalSinceTheLastCommitBegan() {
    var pace = CommitPace()
    pace.begins(events: 8, now: begin)
    let late = begin + CommitPace.maxInterval
    #expect(pace.gatheringTime(waitingEvents: 1, now: late - .microseconds(1)) == .microseconds(1))
    #expect(pace.gatheringTime(waitingEvents: 1, now: late) == nil)
    #expect(pace.gatheringTime(waitingEvents: 1, now: late + .seconds(1)) == nil)
  }

  @Test func aBurstIsForgottenAfterAFewCommits() {
    var pace = CommitPace()
    pace.begins(events: 4000, now: begin)
    for _ in 0..<CommitPace.maxGatheredEvents { pace.begins(events: 1, now: begin) }
    #expect(pace.gatheringTime(waitingEvents: 1, now: begin) == nil)
  }

  @Test func moreThanTheBoundAreNeverWaitedFor() {
    var pace = CommitPace()
    pace.begins(events: 4000, now: begin)
    #expect(pace.gatheringTime(waitingEvents: CommitPace.maxGatheredEvents, now: begin) == nil)
  }
}

/// What the intake makes of it.
@Suite struct GatheringTests {
  private let begin = ContinuousClock.now

  private func offer(_ count: Int) -> Intake.Offer {
    let candidate = Intake.Candidate(event: inboundEvent("a"), fingerprint: Fingerprint(high: 1, low: 1))
    return Intake.Offer(candidates: Array(repeating: candidate, count: count)) { _ in }
  }

  /// An intake whose last commit, of four events, has just begun.
  private func busyIntake() -> Intake {
    var intake = Intake()
    intake.add(offer(4))
    _ = intake.wake()
    guard case .batch = intake.next(now: begin) else {
      Issue.record("The first events were kept waiting.")
      return intake
    }
    return intake
  }

  private func isBatch(_ work: Intake.Work, events: Int) -> Bool {
    guard case .batch(let batch, _) = work else { return false }
    return batch.offers.reduce(0) { $0 + $1.candidates.count } == events
  }

  @Test func fewerThanExpectedGather() {
    var intake = busyIntake()
    intake.add(offer(1))
    guard case .gather(CommitPace.maxInterval) = intake.next(now: begin) else {
      Issue.record("One event was committed although four were expected.")
      return
    }
    let isTooEarly = intake.endGathering()
    intake.add(offer(3))
    let isTold = intake.endGathering()
    let isToldAgain = intake.endGathering()
    #expect((isTooEarly, isTold, isToldAgain) == (false, true, false))
    #expect(isBatch(intake.next(now: begin), events: 4))
  }

  @Test func whatGatheredIsCommittedWhenTheTimeIsOver() {
    var intake = busyIntake()
    intake.add(offer(1))
    _ = intake.next(now: begin)
    #expect(isBatch(intake.next(now: begin + CommitPace.maxInterval), events: 1))
  }

  @Test func aCommandEndsTheGathering() {
    var intake = busyIntake()
    intake.add(offer(1))
    _ = intake.next(now: begin)
    intake.add { _ in }
    let isTold = intake.endGathering()
    #expect(isTold)
    #expect(isBatch(intake.next(now: begin), events: 1))
  }

  @Test func closingEndsTheGathering() {
    var intake = busyIntake()
    intake.add(offer(1))
    _ = intake.next(now: begin)
    intake.close()
    let isTold = intake.endGathering()
    #expect(isTold)
    #expect(isBatch(intake.next(now: begin), events: 1))
  }

  @Test func progressGathersWithTheEvents() {
    var intake = busyIntake()
    intake.add(Intake.Step(record: ProgressRecord(handler: "file", cursor: 1)) { _ in })
    guard case .gather = intake.next(now: begin) else {
      Issue.record("A record of progress was committed by itself.")
      return
    }
  }
}

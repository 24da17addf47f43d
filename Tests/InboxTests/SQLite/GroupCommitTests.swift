import Testing

@testable import Inbox

@Suite struct GroupCommitTests {
  @Test func whatGathersDuringACommitIsCommittedTogether() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<2000 {
        group.addTask { _ = await inbox.accept(inboundEvent("id-\(number)")) }
      }
    }
    let batches = inbox.statistics.commitBatchEvents
    #expect(batches.sum == 2000)
    #expect(batches.counts.reduce(0, +) < 2000)
    #expect(inbox.statistics.commitDurationSeconds.counts.reduce(0, +) == batches.counts.reduce(0, +))
    await inbox.close()
  }

  @Test func callersAreToldBeforeTheSubscriberAndInOrder() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    let order = Collected<String>()
    inbox.subscribe { events in order.append("subscriber \(events.map(\.sequence))") }
    try await inbox.writer.perform { _ in
      // The writer is busy here, so both calls fall into one batch.
      inbox.accept([inboundEvent("a"), inboundEvent("b")]) { _ in order.append("first") }
      inbox.accept([inboundEvent("a"), inboundEvent("c")]) { _ in order.append("second") }
    }
    await inbox.close()
    #expect(order.all == ["first", "second", "subscriber [1, 2, 3]"])
  }

  @Test func aTransactionTakesNoMoreThanItsBound() {
    var intake = Intake()
    let candidate = Intake.Candidate(
      event: inboundEvent("a"),
      fingerprint: Fingerprint(high: 1, low: 1)
    )
    for _ in 0..<10 {
      intake.add(Intake.Offer(candidates: Array(repeating: candidate, count: 1000)) { _ in })
    }
    var sizes: [Int] = []
    while case .batch(let batch, _) = intake.next() { sizes.append(batch.offers.count) }
    #expect(sizes == [4, 4, 2])
  }

  @Test func closingFinishesWhatWaits() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    let outcomes = Collected<AcceptanceOutcome>()
    for number in 0..<500 { inbox.accept([inboundEvent("id-\(number)")]) { $0.forEach(outcomes.append) } }
    await inbox.close()
    #expect(outcomes.all == (1...500).map { .accepted(sequence: $0) })
    let again = try folder.open()
    #expect(again.lastSequence == 500)
    await again.close()
  }
}

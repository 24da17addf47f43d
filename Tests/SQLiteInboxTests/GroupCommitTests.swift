import InboxTestKit
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

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
    var writeQueue = WriteQueue<WriterCore>()
    let candidate = WriteBatch.Candidate(
      event: inboundEvent("a"),
      fingerprint: Fingerprint(high: 1, low: 1)
    )
    for _ in 0..<10 {
      writeQueue.add(WriteBatch.Offer(candidates: Array(repeating: candidate, count: 1000)) { _ in })
    }
    var sizes: [Int] = []
    while case .batch(let batch, _) = writeQueue.next() { sizes.append(batch.offers.count) }
    #expect(sizes == [4, 4, 2])
  }

  @Test func aWriterThatHangsLeavesABoundToWhatWaits() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    let outcomes = Collected<AcceptanceOutcome>()
    let event = inboundEvent("a", padding: 8 << 20)
    try await inbox.writer.perform { _ in
      // The writer is busy here, so all of it waits, as far as it may.
      for _ in 1...10 { inbox.accept([event]) { $0.forEach(outcomes.append) } }
      #expect(outcomes.all == Array(repeating: .unavailable(.storeFailed), count: 3))
    }
    #expect(await inbox.accept(inboundEvent("later")) == .accepted(sequence: 2))
    await inbox.close()
    #expect(outcomes.all.dropFirst(3) == [.accepted(sequence: 1)] + Array(repeating: .duplicate, count: 6))
  }

  @Test func anIntakeTakesTooManyEventsOnlyWhereNoneWait() {
    var writeQueue = WriteQueue<WriterCore>()
    let candidate = WriteBatch.Candidate(event: inboundEvent("a"), fingerprint: Fingerprint(high: 1, low: 1))
    let digest = Fingerprint(high: 1, low: 1)
    let halves = QuarantineClass.allCases.map { quarantineClass in
      RefusedRequest(
        request: refusedRequest(
          .invalidSignature,
          quarantineClass,
          bodySize: WriteQueue<WriterCore>.maxWaitingBytes * 15 / 32
        ),
        digest: digest
      )
    }
    for _ in 1...2 {
      let areTaken = [100_000, 1].map { count in
        writeQueue.add(WriteBatch.Offer(candidates: Array(repeating: candidate, count: count)) { _ in })
      }
      #expect(areTaken == [true, false])
      // What anyone can send leaves room for what only Linq can.
      let areKept = (halves + halves).map { writeQueue.add($0) }
      #expect(areKept == [false, true, true, false, false, false])
      guard case .batch(let batch, _) = writeQueue.next() else { break }
      #expect(batch.offers.count == 1)
      #expect(batch.refused.count == 2)
    }
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

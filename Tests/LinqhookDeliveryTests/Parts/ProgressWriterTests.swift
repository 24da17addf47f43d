import LinqhookInbox
import Testing

@testable import LinqhookDelivery

@Suite(.timeLimit(.minutes(1)))
struct ProgressWriterTests {
  private let store = FakeStore()
  private let clock = ManualClock()

  private func writer(cursor: Int64 = 0) -> ProgressWriter {
    ProgressWriter(
      handler: "handler",
      cursor: cursor,
      ledger: store.session(),
      clock: clock,
      logger: silent
    )
  }

  private func row(_ sequence: Int64, _ state: DeferredDelivery.State = .waiting) -> DeferredDelivery {
    DeferredDelivery(sequence: sequence, state: state, lane: "a")
  }

  @Test func oneRecordIsUnderWayAndTheRestIsGathered() async {
    let writer = writer()
    store.state.change { $0.holdsRecords = true }
    async let running: Void = writer.run { _ in }
    writer.stage(cursor: 1)
    await store.state.wait { $0.heldRecords.count == 1 }
    for cursor: Int64 in 2...50 { writer.stage(cursor: cursor, checkpoint: [UInt8(cursor)]) }
    #expect(store.state.value.heldRecords.count == 1)
    store.releaseRecords()
    await writer.finish()
    await running
    #expect(store.state.value.records.map(\.cursor) == [1, 50])
    #expect(store.state.value.records.last?.checkpoint == [50])
  }

  @Test func theLastChangeOfARowCounts() async {
    let writer = writer(cursor: 9)
    writer.stage(rows: [row(1), row(2), row(3)])
    writer.stage(removed: [1, 4])
    writer.stage(rows: [row(2, .dead), row(4)])
    writer.stage(cursor: 3)
    await writer.finish()
    let record = store.state.value.records.first
    #expect(record?.deferred == [row(2, .dead), row(3), row(4)])
    #expect(record?.removed == [1])
    #expect(record?.cursor == 9)
  }

  /// A drain may come before the task that is to write has had its turn.
  @Test func aRunThatBeginsAfterTheFinishEndsAtOnce() async {
    let writer = writer()
    writer.stage(cursor: 1)
    await writer.finish()
    await writer.run { _ in }
    #expect(store.state.value.cursor() == 1)
  }

  @Test func theNumberTellsWhenAChangeIsOnDisk() async {
    let writer = writer()
    let committed = Observed<[Int]>([])
    store.state.change { $0.holdsRecords = true }
    async let running: Void = writer.run { number in committed.change { $0.append(number) } }
    let first = writer.stage(cursor: 1)
    await store.state.wait { $0.heldRecords.count == 1 }
    let second = writer.stage(cursor: 2)
    #expect(first == 1 && second == 2)
    #expect(committed.value.isEmpty)
    store.releaseRecords()
    await committed.wait { $0 == [1, 2] }
    await writer.finish()
    await running
  }

  @Test func aRecordThatFailsIsWrittenAgain() async {
    let writer = writer()
    store.state.change { $0.recordFailures = 2 }
    async let running: Void = writer.run { _ in }
    writer.stage(cursor: 1, rows: [row(1)])
    await clock.waitForSleeper(until: .milliseconds(100))
    #expect(store.state.value.recordFailures == 1)
    clock.advance(by: .milliseconds(100))
    await clock.waitForSleeper(until: .milliseconds(300))
    #expect(store.state.value.recordFailures == 0)
    clock.advance(by: .milliseconds(200))
    await store.state.wait { $0.cursor() == 1 }
    #expect(store.state.value.row(1) != nil)
    await writer.finish()
    await running
  }

  @Test func finishDoesNotWaitForAStoreThatFails() async {
    let writer = writer()
    store.state.change { $0.recordFailures = .max }
    writer.stage(cursor: 1)
    await writer.finish()
    #expect(store.state.value.records.isEmpty)
  }
}

import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import Synchronization
import TestKit
import Testing

// Random runs that are cut off again and again, as by `kill -9`, and go on over the same store.
@Suite(.timeLimit(.minutes(2)))
struct CrashTests {
  private static let eventCount = 200

  /// Runs over the store until `isOver`, or until it has seen so many attempts; then everything it has not
  /// committed is lost.
  private func session(
    _ store: FakeStore,
    _ registration: HandlerRegistration,
    until isOver: () async -> Void
  ) async throws {
    let dispatcher = Dispatcher(
      store: store.session(),
      registrations: [registration],
      clock: LeapingClock(),
      logger: silent
    )
    try await dispatcher.start()
    let running = Task { await dispatcher.run() }
    await isOver()
    store.kill()
    running.cancel()
    await running.value
  }

  private func commitSome(_ store: FakeStore, _ random: inout SeededRandom, last: Bool) {
    let missing = Self.eventCount - store.state.value.events.count
    var left = last ? missing : Int.random(in: 0...missing, using: &random)
    while left > 0 {
      let count = min(Int.random(in: 1...20, using: &random), left)
      left -= count
      store.commit(
        (0..<count).map { _ in [nil, "a", "b", "c", "d", "e"].randomElement(using: &random) ?? nil }
      )
    }
  }

  @Test(arguments: 0..<12)
  func everyEventIsSettledAndChatsKeepTheirOrder(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let store = FakeStore()
    var delivered: Set<Int64> = []
    for round in 0...4 {
      let handler = ScriptedHandler { attempt in
        var chance = SeededRandom(
          seed: seed &+ UInt64(attempt.event.sequence) &* 31 &+ UInt64(attempt.attempt)
        )
        switch Int.random(in: 0..<20, using: &chance) {
        case 0...3: return .retry(reason: "chance")
        case 4: return .dead(reason: "chance")
        default: return .delivered
        }
      }
      let attempts = Int.random(in: 0...60, using: &random)
      try await session(store, registration(handler, concurrency: 3)) {
        commitSome(store, &random, last: round == 4)
        if round == 4 {
          await store.state.wait {
            $0.cursor() == Self.eventCount
              && $0.handlers["handler"]?.rows.values.contains(where: \.isOpen) == false
          }
        } else {
          // Whatever is not settled is tried at least once.
          let state = store.state.value
          await handler.waitForAttempts(min(attempts, state.events.count - Int(state.cursor())))
        }
      }
      delivered.formUnion(handler.delivered)
      #expect(!handler.log.value.brokeOrder)
      let byChat = Dictionary(grouping: handler.log.value.attempts.filter { $0.event.envelope.chatID != nil })
      {
        $0.event.envelope.chatID
      }
      for attempts in byChat.values {
        #expect(attempts.map(\.event.sequence) == attempts.map(\.event.sequence).sorted())
      }
    }
    let dead = store.state.value.handlers["handler"]?.rows.values.filter { $0.state == .dead }.map(\.sequence)
    #expect(delivered.union(dead ?? []) == Set(1...Int64(Self.eventCount)))
    #expect(!store.state.value.wentBack)
  }

  /// What a program said is kept before it is acted on; from then on no run of the program may follow.
  @Test(arguments: 0..<12)
  func noEventIsRunAgainOnceItsOutboxWasKept(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let store = FakeStore()
    let kept = Observed<Set<Int64>>([])
    let again = Observed<[Int64]>([])
    var settled: Set<Int64> = []
    for round in 0...5 {
      let handler = ScriptedHandler { attempt in
        let sequence = attempt.event.sequence
        if attempt.outbox == nil {
          if kept.value.contains(sequence) { again.change { $0.append(sequence) } }
          do { try await attempt.keep([1]) } catch { return .retry(reason: "\(error)") }
          kept.change { _ = $0.insert(sequence) }
        }
        return sequence % 7 == Int64(attempt.attempt) ? .retry(reason: "chance") : .delivered
      }
      let attempts = Int.random(in: 0...60, using: &random)
      try await session(store, registration(handler, concurrency: 3)) {
        commitSome(store, &random, last: round == 5)
        if round == 5 {
          await store.state.wait {
            $0.cursor() == Self.eventCount
              && $0.handlers["handler"]?.rows.values.contains(where: \.isOpen) == false
          }
        } else {
          let state = store.state.value
          let owed = (state.cursor()..<Int64(state.events.count)).count {
            state.row($0 + 1)?.state != .delivered
          }
          await handler.waitForAttempts(min(attempts, owed))
        }
      }
      settled.formUnion(handler.delivered)
      #expect(!handler.log.value.brokeOrder)
    }
    #expect(again.value.isEmpty)
    #expect(settled == Set(1...Int64(Self.eventCount)))
  }

  /// The first event was still under way when the process ended, so the cursor stands before all of them.
  @Test func whatHasARowAheadOfTheCursorIsNotTakenInAgain() async throws {
    let store = FakeStore()
    store.commit(["a", "b", "c", "c"])
    store.state.change { state in
      for (sequence, lane, kind) in [(2, "b", .dead), (3, "c", .delivered), (4, "c", .waiting)]
        as [(Int64, String, DeferredDelivery.State)]
      {
        state.handlers["handler"]?.rows[sequence] = DeferredDelivery(
          sequence: sequence,
          state: kind,
          lane: lane
        )
      }
    }
    let handler = ScriptedHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: ManualClock()) {
      dispatcher in
      await handler.waitForDelivered(2)
      await store.state.wait { $0.cursor() == 4 && $0.row(4) == nil }
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    #expect(handler.attempts.sorted() == [1, 4])
    #expect(store.state.value.row(2)?.state == .dead)
  }

  /// As above, and the row is at hand before the first event can be read, and before its own row is written.
  @Test func whatHasARowAheadOfTheCursorDoesNotOvertakeOlderEventsThatHaveNone() async throws {
    let store = FakeStore()
    let clock = ManualClock()
    store.commit(["a", "a"])
    store.state.change {
      $0.holdsEventReads = true
      $0.holdsRecords = true
      $0.handlers["handler"]?.rows[2] = DeferredDelivery(sequence: 2, state: .waiting, lane: "a")
    }
    // All that waits is looked at each second. Once would be enough to read the row.
    func lookAround() async throws {
      for _ in 1...20 {
        await clock.waitForSleeper()
        clock.advance(by: .seconds(1))
      }
      try #require(store.state.value.rowReads == 0)
    }
    let handler = ScriptedHandler()
    try await dispatching([registration(handler)], over: store.session(), clock: clock) { _ in
      try await lookAround()
      store.state.change { $0.holdsEventReads = false }
      // Behind the row that its lane has, the first event becomes one as well, after a moment.
      let moment = Duration.milliseconds(100)
      await clock.waitForSleeper(until: .seconds(20) + moment)
      clock.advance(by: moment)
      await store.state.wait { $0.heldRecords.contains { $0.record.deferred.map(\.sequence) == [1] } }
      try await lookAround()
      store.releaseRecords()
      await handler.waitForDelivered(2)
    }
    #expect(handler.attempts == [1, 2])
  }

  @Test(arguments: 0..<12)
  func aFileHoldsEachEventOnceAndInOrder(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let store = FakeStore()
    let file = Observed<[Int64]>([])
    for round in 0...6 {
      let handler = FileLikeHandler(file: file, seed: seed &+ UInt64(round) &* 7919)
      let lines = Int.random(in: 0...100, using: &random)
      try await session(store, registration(handler)) {
        commitSome(store, &random, last: round == 6)
        let count = store.state.value.events.count
        if round == 6 {
          await store.state.wait { $0.cursor() == Self.eventCount }
        } else if file.value.count < count {
          await file.wait { $0.count >= min(lines, count) }
        }
        handler.kill()
      }
    }
    #expect(file.value == Array(1...Int64(Self.eventCount)))
  }
}

/// Keeps its lines in a file that outlives it, and its length as the checkpoint.
private actor FileLikeHandler: BatchEventHandler {
  private let file: Observed<[Int64]>
  private let chance: Mutex<SeededRandom>
  private let isDead = Atomic(false)

  init(file: Observed<[Int64]>, seed: UInt64) {
    self.file = file
    chance = Mutex(SeededRandom(seed: seed))
  }

  nonisolated func kill() { file.change { _ in isDead.store(true, ordering: .sequentiallyConsistent) } }

  func start(checkpoint: [UInt8]?, cursor: Int64) async throws -> BatchResumption {
    let length = checkpoint.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    file.change { $0.removeLast($0.count - length) }
    return .fromCursor
  }

  func handle(_ events: [StoredEvent]) async -> BatchResult {
    if chance.withLock({ Bool.random(using: &$0) }) { return .retry(reason: "chance") }
    let length: Int? = file.change { lines in
      guard !isDead.load(ordering: .sequentiallyConsistent) else { return nil }
      lines += events.map(\.sequence)
      return lines.count
    }
    guard let length else { return .retry(reason: "killed") }
    return .delivered(checkpoint: Array("\(length)".utf8))
  }

  func reopen() async {}
  func stop() async -> [UInt8]? { nil }
}

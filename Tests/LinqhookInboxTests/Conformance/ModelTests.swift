import Foundation
import InboxSupport
import InboxTestKit
import LinqEvents
import LinqhookAuthentication
import LinqhookInbox
import TestKit
import Testing

@testable import PostgresInbox
@testable import SQLiteInbox

/// Random histories on a store and on the memory store side by side: whatever one answers or shows, the other must too,
/// and both must keep what the record of promises says. The store is closed or killed and opened again now and then.
///
/// `LINQHOOK_SEEDS=10000` runs as many histories, `LINQHOOK_SEED=4711` one of them.
@Suite struct ModelTests {
  /// Runs of seeds, each run at once: all together would need more descriptors than a process may have.
  private static let runs: [Range<UInt64>] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["LINQHOOK_SEED"].flatMap(UInt64.init) { return [seed..<(seed + 1)] }
    let count = environment["LINQHOOK_SEEDS"].flatMap(UInt64.init) ?? 200
    return stride(from: 0, to: count, by: 5).map { $0..<min($0 + 5, count) }
  }()

  @Test(.serialized, arguments: runs)
  func sqliteTellsTheStoryOfTheModelAndKeepsItsPromises(_ seeds: Range<UInt64>) async throws {
    try await run(.sqlite, seeds)
  }

  /// A fifth of them: each step is several round trips.
  @Test(.serialized, arguments: runs.filter { $0.lowerBound % 25 == 0 || runs.count == 1 })
  func postgresTellsTheStoryOfTheModelAndKeepsItsPromises(_ seeds: Range<UInt64>) async throws {
    try await run(.postgres, seeds)
  }

  private func run(_ kind: StoreKind, _ seeds: Range<UInt64>) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for seed in seeds {
        group.addTask {
          var history = try await History(kind, seed: seed)
          for _ in 0..<60 { try await history.step() }
          try await history.compare()
          await history.close()
        }
      }
    }
  }
}

private struct History {
  private let clock = TestClock()
  /// Goes back by the time that a crash takes from the store's ages.
  private let modelClock = TestClock()
  private var promises: PromiseRecord
  private let model: MemoryInbox
  private let place: Place
  private var opened: Opened
  private var store: any Inbox { opened.inbox }
  private var random: SeededRandom
  private static let handlers = ["a", "b", "c"]
  private static let paths = ["/a", "/b", "/c"]
  private static let keys = ["one", "two", "three"]
  private static let minute: Int64 = 60_000
  private var endpoints: [EndpointKeys] = []

  init(_ kind: StoreKind, seed: UInt64) async throws {
    place = try Place(kind)
    random = SeededRandom(seed: seed)
    promises = PromiseRecord(Self.limits, toleranceMilliseconds: Self.minute...(90 * Self.minute))
    model = MemoryInbox(Self.limits, clock: modelClock.clock)
    opened = try await place.open(Self.limits, endpoints: nil, clock: clock)
    try await attach(["a", "b"])
    // A path that the inbox never heard of would share its ids with all.
    try await separate(Self.paths)
  }

  private static var limits: InboxLimits {
    .test { limits in
      limits.maxDedupEntries = 20
      limits.dedupWindowMilliseconds = 3_600_000
      limits.retentionMilliseconds = 2 * 3_600_000
      limits.maxPendingEvents = 30
      limits.maxQuarantineEntries = 4
    }
  }

  mutating func step() async throws {
    switch random.next() % 19 {
    case 0...4: await accept()
    case 5...7: try await record()
    case 8: try await mend()
    case 9: quarantine()
    case 10: try await dropQuarantined()
    case 11...12: try await pass()
    case 13: try await attach(Self.handlers.filter { _ in random.next() % 3 > 0 })
    case 14: try await restart()
    case 15: try await rewind()
    case 16: try await pause()
    case 17: try await separate(Self.paths.filter { _ in random.next() % 4 > 0 })
    default: try await crash()
    }
    promises.release(now: clock.clock.wallMilliseconds())
  }

  private mutating func accept() async {
    let now = clock.clock.wallMilliseconds()
    let events = (0...random.next() % 6).map { _ in
      inboundEvent(
        "id-\(random.next() % 40)",
        createdAt: now - Int64(random.next() % 7_200_000),
        // Out of the quarantine, or by a clock that was wrong.
        receivedAt: now + (Int64(random.next() % 5) - 2) * 7_200_000,
        freshness: [.proven, .createdAt, .createdAt, .unsigned][Int(random.next() % 4)],
        signedAt: random.next() % 3 == 0 ? now - (Int64(random.next() % 60) - 20) * Self.minute : nil,
        endpoint: Self.paths[Int(random.next() % 3)]
      )
    }
    let (expected, actual) = (await model.accept(events), await store.accept(events))
    #expect(actual == expected)
    promises.judge(actual, to: events, now: now)
  }

  /// Other endpoints, or other secrets for them, as by a reload.
  private mutating func separate(_ paths: [String]) async throws {
    var names: [String: Set<String>] = [:]
    endpoints = []
    for path in paths {
      let keys = Self.keys.filter { _ in random.next() % 3 == 0 }
      names[path] = Set(keys)
      endpoints.append(
        EndpointKeys(
          path: path,
          keys: try keys.map { try Secret($0) },
          toleranceMilliseconds: [1, 5, 90][Int(random.next() % 3)] * Self.minute
        )
      )
    }
    try await model.separateIDs(by: endpoints)
    try await store.separateIDs(by: endpoints)
    promises.separate(names)
    // Other limits in force: what goes by them goes with the next transaction; the model waits to be told.
    await model.maintain()
    await opened.maintain()
  }

  private mutating func record() async throws {
    let last = model.lastSequence
    let states = DeferredDelivery.State.allCases
    let record = ProgressRecord(
      handler: Self.handlers[Int(random.next() % 3)],
      cursor: max(0, last - Int64(random.next() % 5)),
      checkpoint: random.next() % 2 == 0 ? [UInt8(random.next() % 256)] : nil,
      deferred: (0..<random.next() % 3).map { _ in
        var row = deferredDelivery(
          Int64(random.next() % UInt64(last + 2)),
          states[Int(random.next() % UInt64(states.count))],
          lane: "lane-\(random.next() % 3)",
          dueAt: Int64(random.next() % 50)
        )
        row.outbox = [nil, nil, [], [UInt8(random.next() % 256)]][Int(random.next() % 4)]
        return row
      },
      removed: (0..<random.next() % 3).map { _ in Int64(random.next() % UInt64(last + 2)) }
    )
    await write(record)
  }

  private mutating func write(_ record: ProgressRecord) async {
    let expected = await failure { try await model.record(record) }
    let actual = await failure { try await store.record(record) }
    #expect(actual == expected)
    promises.apply(record)
  }

  /// What an operator does about a dead letter: sends it again, or drops it.
  private mutating func mend() async throws {
    let letters = try await store.deadLetters(handler: nil, limit: 9)
    guard !letters.isEmpty else { return }
    let letter = letters[Int(random.next() % UInt64(letters.count))]
    var delivery = letter.delivery
    (delivery.state, delivery.attempts) = (.waiting, 0)
    let isReplayed = random.next() % 2 == 0
    await write(
      ProgressRecord(
        handler: letter.handler,
        cursor: 0,
        deferred: isReplayed ? [delivery] : [],
        removed: isReplayed ? [] : [delivery.sequence]
      )
    )
  }

  private mutating func pause() async throws {
    let (name, isPaused) = (Self.handlers[Int(random.next() % 3)], random.next() % 2 == 0)
    let expected = await failure { try await model.setPaused(name, isPaused) }
    let actual = await failure { try await store.setPaused(name, isPaused) }
    #expect(actual == expected)
  }

  private mutating func quarantine() {
    let reason = RefusalReason.allCases[Int(random.next() % 5)]
    let request = refusedRequest(
      reason,
      QuarantineClass.allCases[Int(random.next() % 3)],
      detail: "\(random.next() % 8)",
      from: "192.0.2.\(random.next() % 3)",
      signature: "\(random.next() % 2)"
    )
    model.quarantine(request)
    store.quarantine(request)
  }

  private func dropQuarantined() async throws {
    let numbers = try await model.quarantined(after: 0, limit: 2).map(\.number)
    let (expected, actual) = (
      try await model.removeQuarantined(numbers), try await store.removeQuarantined(numbers)
    )
    #expect(actual == expected)
  }

  private mutating func pass() async throws {
    let minutes = Int64(random.next() % 90)
    for clock in [clock, modelClock] { clock.advance(minutes: minutes) }
    promises.release(now: clock.clock.wallMilliseconds())
    await model.maintain()
    await opened.maintain()
    try await compare()
  }

  private mutating func attach(_ names: [String]) async throws {
    let (expected, actual) = (try await model.attach(names), try await store.attach(names))
    #expect(actual == expected)
    promises.attach(names)
  }

  private mutating func rewind() async throws {
    let name = Self.handlers[Int(random.next() % 3)]
    let sequence = max(0, model.lastSequence - Int64(random.next() % 8))
    let expected = await failure { try await model.rewind(name, to: sequence) }
    let actual = await failure { try await store.rewind(name, to: sequence) }
    #expect(actual == expected)
    promises.rewind(name, to: sequence)
  }

  /// Goes on with what stood on the disk, as after a kill.
  private mutating func crash() async throws {
    // Waits until the writer is idle: copying takes longer than a kill does.
    try await store.removeQuarantined([])
    try await restart(killed: true)
  }

  private mutating func restart(killed: Bool = false) async throws {
    let now = opened.now()
    if killed { try place.snapshot() }
    await store.close()
    opened = try await place.open(Self.limits, endpoints: endpoints, clock: clock)
    modelClock.lose(milliseconds: now - opened.now())
    // The first transactions after a start prune along the way; the model prunes only when told to.
    await model.maintain()
    await opened.maintain()
  }

  private func failure(_ body: () async throws -> Void) async -> InboxError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? InboxError
    }
  }

  func compare() async throws {
    let (expected, actual) = (try await picture(of: model), try await picture(of: store))
    #expect(actual == expected, "\(actual.difference(from: expected))")
    for inbox in [model, store] as [any Inbox] { try await promises.check(inbox) }
  }

  func close() async {
    await store.close()
    await model.close()
  }

  /// Everything that can be read, as text.
  private func picture(of inbox: any Inbox) async throws -> [String] {
    try await inbox.removeQuarantined([])
    let figures = inbox.statistics
    var lines = [
      "\(figures.lastSequence) \(figures.pendingEvents) \(figures.dedupEntries) \(figures.quarantineEntries)",
      "\(figures.deadLetters.sorted { $0.key < $1.key }) \(String(describing: figures.unavailability))",
    ]
    for state in [nil] + EventQuery.State.allCases {
      lines += try await inbox.list(EventQuery(state: state, limit: 9)).map {
        "\($0.event.sequence) \($0.event.eventID) \($0.state) \($0.deliveries)"
      }
    }
    for listed in try await inbox.list(EventQuery(limit: 9)) {
      lines += try await inbox.find(eventID: listed.event.eventID).map { "\($0.deliveries)" }
    }
    lines += try await inbox.events(after: 3, limit: 50, maxBytes: 5000).map { "\($0.sequence)" }
    lines += try await inbox.deadLetters(handler: nil, limit: 9).map { "\($0.handler) \($0.delivery)" }
    lines += try await inbox.quarantined(after: 0, limit: 9).map {
      "\($0.number) \($0.detail) \($0.quarantineClass) \($0.seenCount) \($0.lastHeaders ?? [])"
    }
    lines += try await inbox.handlers().map { "\($0)" }
    for handler in Self.handlers {
      let lanes = try await inbox.heldLanes(handler: handler)
      lines += lanes.map { "\($0)" }
      for lane in lanes {
        let held = try await inbox.deferred(handler: handler, lane: lane.lane, limit: 5)
        lines += held.map { "\($0.delivery) \($0.event.eventID)" }
      }
    }
    return lines
  }
}

/// An open store, and what a test may do with it besides.
private struct Opened {
  let inbox: any Inbox
  let maintain: @Sendable () async -> Void
  /// The store's own time.
  let now: @Sendable () -> Int64
}

/// Where a store lives from one start to the next.
private final class Place {
  private var folder: TemporaryFolder?
  private let storage: PostgresStorage?

  init(_ kind: StoreKind) throws {
    folder = kind == .sqlite ? try TemporaryFolder() : nil
    storage = kind == .postgres ? try .test() : nil
  }

  func open(_ limits: InboxLimits, endpoints: [EndpointKeys]?, clock: TestClock) async throws -> Opened {
    if let storage {
      let inbox = try await PostgresInbox.open(
        storage,
        limits: limits,
        endpoints: endpoints,
        clock: clock.clock
      ) { _ in }
      return Opened(inbox: inbox, maintain: inbox.maintain, now: { inbox.clock.nowMilliseconds })
    }
    let folder = try #require(folder)
    let inbox = try SQLiteInbox.open(
      folder.storage(durability: .normal),
      limits: limits,
      endpoints: endpoints,
      clock: clock.clock
    ) { _ in }
    return Opened(inbox: inbox, maintain: inbox.maintain, now: { inbox.clock.nowMilliseconds })
  }

  /// Goes on with what is on the disk now, as after a kill. What PostgreSQL has committed is there either way.
  func snapshot() throws {
    folder = try folder?.snapshot()
  }
}

import InboxTestKit
import LinqhookInbox
import PostgreSQL
import PostgresInbox
import Testing

/// Two receivers on one schema.
@Suite struct SharedInboxTests {
  private func receivers(
    _ change: (inout InboxLimits) -> Void = { _ in }
  ) async throws -> (PostgresInbox, PostgresInbox, TestClock) {
    let (storage, clock, limits) = (try PostgresStorage.test(), TestClock(), InboxLimits.test(change))
    // At once, so that the tables are made once.
    async let one = PostgresInbox.open(storage, limits: limits, clock: clock.clock) { _ in }
    async let two = PostgresInbox.open(storage, limits: limits, clock: clock.clock) { _ in }
    return (try await one, try await two, clock)
  }

  @Test func eachOfManyConcurrentCopiesIsTakenOnceByOneOfThem() async throws {
    let (one, two, _) = try await receivers()
    let accepted = await withTaskGroup(of: [AcceptanceOutcome].self) { group in
      for task in 0..<64 {
        group.addTask {
          var outcomes: [AcceptanceOutcome] = []
          for number in 0..<200 {
            outcomes += [await (task % 2 == 0 ? one : two).accept(inboundEvent("id-\(number)"))]
          }
          return outcomes
        }
      }
      var accepted: [Int64] = []
      for await outcomes in group {
        #expect(outcomes.allSatisfy { if case .unavailable = $0 { false } else { true } })
        for case .accepted(let sequence) in outcomes { accepted.append(sequence) }
      }
      return accepted
    }
    #expect(accepted.sorted() == Array(1...200))
    #expect(try await two.events(after: 0, limit: 1000, maxBytes: .max).map(\.sequence) == Array(1...200))
    await one.close()
    await two.close()
  }

  @Test func eachHearsOfWhatEitherHasStoredOnceAndInOrder() async throws {
    let (one, two, _) = try await receivers()
    let heard = [Collected<Int64>(), Collected<Int64>()]
    for (inbox, list) in zip([one, two], heard) {
      inbox.subscribe { events in events.forEach { list.append($0.sequence) } }
    }
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<20 {
        group.addTask {
          for number in 0..<20 {
            _ = await (number % 2 == 0 ? one : two).accept(inboundEvent("\(task)-\(number)"))
          }
        }
      }
    }
    while heard.contains(where: { $0.all.count < 400 }) { await Task.yield() }
    for list in heard { #expect(list.all == Array(1...400)) }
    await one.close()
    await two.close()
  }

  @Test func endpointsThatOneDeclaresCountForTheOther() async throws {
    let (one, two, _) = try await receivers()
    let endpoints = [try endpointKeys("/a", "one"), try endpointKeys("/b", "two")]
    for inbox in [one, two] { try await inbox.separateIDs(by: endpoints) }
    #expect(await one.accept(inboundEvent("x", endpoint: "/a")) == .accepted(sequence: 1))
    #expect(await two.accept(inboundEvent("x", endpoint: "/b")) == .accepted(sequence: 2))
    #expect(await two.accept(inboundEvent("x", endpoint: "/a")) == .duplicate)
    // A scope that this one has not seen yet.
    try await one.separateIDs(by: [try endpointKeys("/c", "three")])
    #expect(await one.accept(inboundEvent("x", endpoint: "/c")) == .accepted(sequence: 3))
    try await two.separateIDs(by: [try endpointKeys("/c", "three")])
    #expect(await two.accept(inboundEvent("x", endpoint: "/c")) == .duplicate)
    await one.close()
    await two.close()
  }

  @Test func whatOneForgetsTheOtherRefusesAsTooOld() async throws {
    let (one, two, clock) = try await receivers { $0.maxDedupEntries = 1 }
    let first = inboundEvent("a", createdAt: TestClock.start - 1000, isSigned: false)
    #expect(await one.accept(first) == .accepted(sequence: 1))
    clock.advance(minutes: 51)
    #expect(
      await one.accept(inboundEvent("b", createdAt: TestClock.start, isSigned: false))
        == .accepted(sequence: 2)
    )
    #expect(await two.accept(first) == .tooOld)
    await one.close()
    await two.close()
  }

  @Test func theBacklogIsOneForBoth() async throws {
    let (one, two, _) = try await receivers { $0.maxPendingEvents = 2 }
    _ = try await one.attach(["h"])
    #expect(await one.accept(inboundEvent("a")) == .accepted(sequence: 1))
    #expect(await two.accept(inboundEvent("b")) == .accepted(sequence: 2))
    #expect(await two.accept(inboundEvent("c")) == .unavailable(.backlogFull))
    try await one.record(ProgressRecord(handler: "h", cursor: 2))
    #expect(await two.accept(inboundEvent("c")) == .accepted(sequence: 3))
    await one.close()
    await two.close()
  }

  @Test func theQuarantineIsOneForBoth() async throws {
    let (one, two, _) = try await receivers { $0.maxQuarantineEntries = 3 }
    for (index, inbox) in [one, two, one, two].enumerated() {
      inbox.quarantine(refusedRequest(.staleTimestamp, detail: "\(index % 3)"))
      _ = try await inbox.removeQuarantined([])
    }
    let kept = try await one.quarantined(after: 0, limit: 10)
    #expect(kept.map(\.number) == [1, 2, 3])
    #expect(kept.map(\.seenCount) == [2, 1, 1])
    two.quarantine(refusedRequest(.staleTimestamp, detail: "new"))
    #expect(try await two.removeQuarantined([]) == 0)
    #expect(try await one.quarantined(after: 0, limit: 10).count == 3)
    await one.close()
    await two.close()
  }

  @Test(.timeLimit(.minutes(1))) func aReceiverWhoseSessionsAreCutTakesEventsAgainAndLosesNone() async throws
  {
    var storage = try PostgresStorage.test()
    storage.database.applicationName = "cut-\(storage.schema.suffix(12))"
    let reports = Collected<InboxDiagnostic>()
    let inbox = try await PostgresInbox.open(storage, limits: .test(), onDiagnostic: reports.append)
    let heard = Collected<Int64>()
    inbox.subscribe { events in events.forEach { heard.append($0.sequence) } }
    let killer = try PostgreSQLSession(storage.database)
    let cut = PostgreSQLStatement(
      "cut",
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE application_name = $1::text AND pid <> pg_backend_pid()
      """
    )
    for number in 1...5 {
      #expect(await taken(inboundEvent("\(number)"), by: inbox) == .accepted(sequence: Int64(number)))
      _ = try killer.execute(cut, [.text(storage.database.applicationName)], timeout: .seconds(20))
    }
    #expect(await taken(inboundEvent("5"), by: inbox) == .duplicate)
    while heard.all.count < 5 { await Task.yield() }
    #expect(heard.all == Array(1...5))
    #expect(Set(reports.all.map(\.kind)) == [.storeFailed, .recovered])
    await inbox.close()
  }

  /// Offers an event until it is answered, as Linq does.
  private func taken(_ event: InboundEvent, by inbox: PostgresInbox) async -> AcceptanceOutcome {
    while true {
      let outcome = await inbox.accept(event)
      if case .unavailable(.storeFailed) = outcome { continue }
      return outcome
    }
  }
}

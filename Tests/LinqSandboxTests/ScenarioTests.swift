import LinqEvents
import LinqSandbox
import MicroHTTP
import Testing

@Suite struct ScenarioTests {
  /// Runs a scenario against a receiver that checks signatures, and gives the report.
  private func report(
    _ scenarios: Set<SandboxConfiguration.Scenario>,
    version: SandboxConfiguration.APIVersion = .v2,
    messages: Int = 3,
    receiver: Receiver
  ) async throws -> SandboxReport {
    try await withSandbox({
      $0.scenarios = scenarios
      $0.version = version
      $0.seed = 7
    }) { sandbox in
      try await sandbox.subscribe(receiver)
      for _ in 0..<messages { try await sandbox.send() }
      return try await sandbox.settledReport()
    }
  }

  @Test func duplicatesComeAtTheSameMoment() async throws {
    let receiver = try Receiver()
    let report = try await report([.duplicates], receiver: receiver)
    #expect(report.deliveries[0].attempts.contains { $0.kind == .duplicate })
    let counts = Dictionary(receiver.requests.map { ($0.eventID, 1) }, uniquingKeysWith: +)
    #expect(counts.values.contains { $0 > 1 })
    #expect(counts.count == report.summary.events)
    await receiver.stop()
  }

  @Test func aTamperedCopyComesFirstAndIsRefused() async throws {
    let receiver = try Receiver()
    let report = try await report([.tamper], receiver: receiver)
    #expect(report.deliveries[0].attempts.map(\.kind) == [.tampered, .regular])
    #expect(report.deliveries[0].attempts.map(\.status) == [401, 200])
    #expect(report.deliveries.allSatisfy { $0.outcome == .delivered })
    await receiver.stop()
  }

  @Test func aLostAnswerBringsTheSameEventAgain() async throws {
    let receiver = try Receiver()
    let report = try await report([.drop], receiver: receiver)
    #expect(report.deliveries[0].attempts.map(\.isAnswerLost) == [true, false])
    #expect(report.deliveries[0].attempts.map(\.status) == [200, 200])
    #expect(receiver.requests.count { $0.eventID == report.deliveries[0].eventID } == 2)
    await receiver.stop()
  }

  @Test func aSkewedStampIsRightInTheSecondTry() async throws {
    let receiver = try Receiver { request, _ in request.isVerified ? 200 : 503 }
    let report = try await report([.clockSkew], version: .v3, receiver: receiver)
    #expect(report.deliveries[0].attempts.map(\.status) == [503, 200])
    if case .stale(_, let skewSeconds) = receiver.requests[0].verdict {
      #expect((595...605).contains(abs(skewSeconds)))
    } else {
      Issue.record("the first stamp was not stale")
    }
    await receiver.stop()
  }

  @Test func aBurstIsAHundredMessagesAtOnce() async throws {
    let receiver = try Receiver()
    let report = try await report([.burst], messages: 1, receiver: receiver)
    #expect(report.deliveries.count { $0.eventType == "message.received" } == 100)
    #expect(Set(receiver.requests.map(\.eventID)).count == report.summary.events)
    await receiver.stop()
  }

  @Test func theSameSeedDisturbsTheSameDeliveries() async throws {
    var kinds: [[[SandboxReport.Attempt.Kind]]] = []
    for _ in 0..<2 {
      let receiver = try Receiver()
      let report = try await report([.tamper, .slow], messages: 1, receiver: receiver)
      kinds.append(report.deliveries.map { $0.attempts.map(\.kind) })
      await receiver.stop()
    }
    #expect(kinds[0] == kinds[1])
    #expect(kinds[0].count == 6)
  }

  @Test func reorderedEventsOvertakeEachOther() async throws {
    let receiver = try Receiver()
    try await withSandbox({
      $0.scenarios = [.reorder]
      $0.timeScale = 50
    }) { sandbox in
      try await sandbox.subscribe(receiver)
      for _ in 0..<6 { try await sandbox.send() }
      let report = try await sandbox.settledReport()
      #expect(receiver.requests.map(\.eventID) != report.deliveries.map(\.eventID))
      #expect(report.deliveries.allSatisfy { $0.outcome == .delivered })
    }
    await receiver.stop()
  }
}

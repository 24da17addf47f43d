import Testing

@testable import LinqSandbox

@Suite struct VerdictTests {
  private typealias Attempt = SandboxReport.Attempt

  private func attempt(
    _ started: Int64,
    _ ended: Int64,
    _ status: Int?,
    _ kind: Attempt.Kind = .regular
  ) -> Attempt {
    Attempt(
      kind: kind,
      startedAtMicroseconds: started,
      endedAtMicroseconds: ended,
      status: status,
      error: nil,
      isAnswerLost: false
    )
  }

  private func report(
    _ deliveries: [(id: String, chat: String, outcome: SandboxReport.Outcome, attempts: [Attempt])]
  ) -> SandboxReport {
    let all = deliveries.map {
      SandboxReport.Delivery(
        eventID: $0.id,
        eventType: "message.received",
        chatID: $0.chat,
        subscriptionID: 1,
        url: "http://a",
        outcome: $0.outcome,
        attempts: $0.attempts
      )
    }
    return SandboxReport(
      version: "v2",
      scenarios: [],
      seed: 1,
      isPending: false,
      summary: .init(of: all),
      deliveries: all
    )
  }

  private func file(_ ids: [String]) -> [UInt8] {
    Array(ids.map { "{\"event_id\":\"\($0)\",\"data\":{}}\n" }.joined().utf8)
  }

  /// Three events of one chat, one after the other.
  private var three: SandboxReport {
    report([
      ("a", "1", .delivered, [attempt(1, 2, 200)]), ("b", "1", .delivered, [attempt(3, 4, 200)]),
      ("c", "1", .delivered, [attempt(5, 6, 200)]),
    ])
  }

  @Test func allOnceAndInOrderIsGood() {
    let verdict = Verdict(report: three, file: file(["a", "b", "c"]))
    #expect(verdict.isGood)
    #expect((verdict.sent, verdict.found, verdict.unknown) == (3, 3, 0))
  }

  @Test func lostAndDoubledAreFound() {
    let verdict = Verdict(report: three, file: file(["a", "c", "c", "from-another-run"]))
    #expect(verdict.lost.map(\.eventID) == ["b"])
    #expect(verdict.doubled.map(\.eventID) == ["c"])
    #expect(verdict.unknown == 1)
    #expect(!verdict.isGood)
  }

  @Test func whatWasSurelyTakenLaterMayNotStandEarlier() {
    #expect(Verdict(report: three, file: file(["b", "a", "c"])).outOfOrder.map(\.eventID) == ["b"])
    #expect(Verdict(report: three, file: file(["c", "b", "a"])).outOfOrder.map(\.eventID) == ["c", "b"])
  }

  @Test func eventsUnderWayAtOnceAndOtherChatsHaveNoOrder() {
    let report = report([
      ("a", "1", .delivered, [attempt(1, 5, 200)]), ("b", "1", .delivered, [attempt(3, 4, 200)]),
      ("c", "2", .delivered, [attempt(6, 7, 200)]),
    ])
    #expect(Verdict(report: report, file: file(["c", "b", "a"])).isGood)
    #expect(Verdict(report: report, file: file(["a", "b", "c"])).isGood)
  }

  @Test func aRetryDoesNotMakeTheFirstTryLate() {
    // The first try of a may have been stored although its answer was a fault.
    let report = report([
      ("a", "1", .delivered, [attempt(1, 2, 500), attempt(10, 11, 200)]),
      ("b", "1", .delivered, [attempt(3, 4, 200)]),
    ])
    #expect(Verdict(report: report, file: file(["a", "b"])).isGood)
    #expect(Verdict(report: report, file: file(["b", "a"])).isGood)
  }

  @Test func whatNobodyWillSendAgainIsSaid() {
    let report = report([
      ("a", "1", .refused, [attempt(1, 2, 400)]), ("b", "1", .exhausted, [attempt(1, 2, nil)]),
      ("c", "1", .pending, [attempt(1, 2, 500)]), ("d", "1", .notLocal, []),
    ])
    let verdict = Verdict(report: report, file: [])
    #expect(verdict.neverAgain.map(\.eventID) == ["a", "b"])
    #expect(verdict.pending == 1)
    #expect(Verdict(report: report, file: file(["a", "b"])).isGood)
  }

  @Test func aTamperedCopyThatWasTakenIsSaid() {
    let report = report([
      ("a", "1", .delivered, [attempt(1, 2, 200, .tampered), attempt(3, 4, 200)])
    ])
    #expect(Verdict(report: report, file: file(["a"])).tamperedAccepted.map(\.eventID) == ["a"])
  }

  @Test func tornLinesAreFoundButNotTheOneBeingWritten() {
    let torn = Array("{\"event_id\":\"a\"}\n{\"event_id\":\"b\",\"da\n{\"event_id\":\"c\"}\n{\"event_".utf8)
    let verdict = Verdict(report: three, file: torn)
    #expect(verdict.brokenLines == [2])
    #expect(verdict.lost.map(\.eventID) == ["b"])
  }

  @Test func theReportReadsItselfAgain() throws {
    let json = try #require(three.json)
    #expect(SandboxReport(json: json) == three)
    #expect(String(decoding: json, as: UTF8.self).contains("\"event_id\" : \"a\""))
    #expect(SandboxReport(json: Array("{}".utf8)) == nil)
  }
}

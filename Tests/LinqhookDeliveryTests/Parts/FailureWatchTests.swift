import Testing

@testable import LinqhookDelivery

@Suite struct FailureWatchTests {
  private func fail(
    _ watch: inout FailureWatch,
    _ lane: Int64,
    isProbe: Bool = false,
    after: Duration = .zero,
    now: Duration = .zero
  ) -> Bool {
    watch.failed(.event(lane), isProbe: isProbe, requestedAfter: after, now: now, wallMilliseconds: 7)
  }

  private func failing(after requested: Duration = .zero) -> FailureWatch {
    var watch = FailureWatch()
    for lane: Int64 in 1...8 { _ = fail(&watch, lane, after: requested) }
    return watch
  }

  @Test func eightLanesWithoutASuccessAreATargetThatFails() {
    var watch = FailureWatch()
    for lane: Int64 in 1...7 {
      let began = fail(&watch, lane)
      #expect(!began)
    }
    #expect(watch.permission(now: .zero) == .everything)
    let began = fail(&watch, 8)
    #expect(began)
    #expect(watch.failing?.sinceMilliseconds == 7)
    #expect(watch.permission(now: .milliseconds(999)) == .nothing)
    #expect(watch.permission(now: .seconds(1)) == .probe)
  }

  @Test func oneLaneCannotMakeATargetFail() {
    var watch = FailureWatch()
    for _ in 0..<100 { _ = fail(&watch, 1) }
    #expect(watch.failing == nil)
  }

  @Test func aSuccessInBetweenCountsFromTheBeginning() {
    var watch = FailureWatch()
    for lane: Int64 in 1...7 { _ = fail(&watch, lane) }
    let ended = watch.succeeded()
    #expect(!ended)
    for lane: Int64 in 1...7 {
      let began = fail(&watch, lane)
      #expect(!began)
    }
  }

  @Test func oneProbeAtATimeAndTheFirstSuccessEndsIt() {
    var watch = failing()
    watch.setProbing(true)
    #expect(watch.permission(now: .seconds(100)) == .nothing)
    let ended = watch.succeeded()
    #expect(ended)
    #expect(watch.permission(now: .zero) == .everything)
  }

  @Test func probesComeEachSecondAtFirstThenRarerUpToAMinute() {
    var watch = failing()
    var pauses: [Duration] = []
    for _ in 0..<16 {
      watch.setProbing(true)
      _ = fail(&watch, 1, isProbe: true, now: .zero)
      pauses.append(watch.failing?.probeAt ?? .zero)
    }
    #expect(pauses.prefix(7).allSatisfy { $0 == .seconds(1) })
    #expect(Array(pauses.dropFirst(7).prefix(6)) == [2, 4, 8, 16, 32, 60].map { Duration.seconds($0) })
    #expect(pauses.last == .seconds(60))
  }

  @Test func whatTheTargetAsksForIsObeyedUpToAMinute() {
    #expect(failing(after: .seconds(30)).failing?.probeAt == .seconds(30))
    #expect(failing(after: .seconds(300)).failing?.probeAt == .seconds(60))
  }

  @Test func attemptsThatWereUnderWayTellNothingNew() {
    var watch = failing()
    let began = fail(&watch, 20, now: .seconds(50))
    #expect(!began)
    #expect(watch.failing?.probeAt == .seconds(1))
  }
}

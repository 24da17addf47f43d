import Ingress
import LogSupport
import Logging
import Synchronization
import Testing

@testable import LinqhookDaemon

@Suite struct RefusalLogTests {
  private let log = CapturedLog()
  private let clock = SteppedClock()

  private var observer: RejectionLog { RejectionLog(logger: log.logger) { [clock] in clock.now } }

  @Test func anUnknownPathIsLoggedOnceAMinuteAndManyAreBounded() {
    let observer = observer
    func come(_ path: String) {
      observer.refusedUnknownPath(UnknownPathRefusal(path: path, remote: "192.0.2.1", requestID: "r"))
    }
    for _ in 1...3 { come("/a") }
    come("/b")
    #expect(log.lines.map { $0.contains(" path=/b ") } == [false, true])
    for number in 0..<1000 { come("/\(number)") }
    #expect(log.records.count == UnknownPathLines.maxPathsPerMinute)
    clock.advance(seconds: 59)
    come("/a")
    #expect(log.records.count == UnknownPathLines.maxPathsPerMinute)
    clock.advance(seconds: 1)
    come("/a")
    #expect(log.records.count == UnknownPathLines.maxPathsPerMinute + 1)
    #expect(log.lines.last?.contains("not_logged=943 ") == true)
  }

  @Test func unknownKindsOfEventsAreLoggedOnceEachAndAreBounded() {
    let observer = observer
    func come(_ type: String, _ id: String) {
      observer.acceptedUnknown(
        UnknownFinding(what: "type", eventType: type, version: "2026-02-03", eventID: id)
      )
    }
    for number in 1...3 { come("hologram.received", "e\(number)") }
    let notices = { log.records.filter { $0.level == .notice } }
    #expect(notices().count == 1)
    for number in 0..<1000 { come("hologram.\(number)", "e") }
    #expect(notices().count == UnknownEventLines.maxKinds + 1)
    #expect(log.lines.last { $0.contains("no longer logged") } != nil)
  }

  @Test func anUnverifiedEndpointIsAnErrorWithTheExplanation() async throws {
    observer.nothingVerified(
      UnverifiedEndpoint(path: "/a", mismatchCount: 3, remote: "192.0.2.1", requestID: "r") {
        ["One.", "Two."]
      }
    )
    while log.records.isEmpty { await Task.yield() }
    let line = try #require(log.lines.first)
    #expect(line.hasPrefix("error no signature has matched since"))
    #expect(line.contains("explanation=One. Two. mismatches=3 path=/a"))
  }
}

/// A clock that a test moves on.
private final class SteppedClock: Sendable {
  private let instant = Mutex(ContinuousClock.now)
  var now: ContinuousClock.Instant { instant.withLock { $0 } }
  func advance(seconds: Int) { instant.withLock { $0 += .seconds(seconds) } }
}

import Synchronization
import Testing

@testable import LinqhookDaemon

/// A clock whose sleeps are over at once; it gives up with one who never stops sleeping.
private final class HurriedClock: Clock {
  private let offset = Mutex(Duration.zero)
  private let start = ContinuousClock.now

  var now: ContinuousClock.Instant { start.advanced(by: offset.withLock { $0 }) }
  var minimumResolution: Duration { .zero }

  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    let slept = start.duration(to: deadline)
    guard slept < .seconds(3600) else { throw CancellationError() }
    offset.withLock { $0 = slept }
  }
}

@Suite struct ServiceReportsTests {
  /// A handler that hangs would otherwise keep the service manager from ending the process for ever.
  @Test func patienceIsAskedForOnlyAsLongAsAStopCanTake() async {
    let asked = Mutex(0)
    await ServiceReports.extend(for: .seconds(60), clock: HurriedClock()) { asked.withLock { $0 += 1 } }
    // At once, and every five seconds until the sixtieth.
    #expect(asked.withLock { $0 } == 13)
  }
}

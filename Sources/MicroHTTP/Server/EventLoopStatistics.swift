import Synchronization

/// One loop's counters. Its own thread writes, any thread reads; the lock is free nearly always.
final class EventLoopStatistics: Sendable {
  private let counters = Mutex(HTTPStatistics())

  func update(_ change: (inout HTTPStatistics) -> Void) {
    counters.withLock { change(&$0) }
  }

  var current: HTTPStatistics { counters.withLock { $0 } }
}

import Synchronization

/// The figures of one handler, written by its pump and read from any thread.
final class HandlerMetrics: Sendable {
  private let figures: Mutex<HandlerStatistics>

  init(handler: String, isPaused: Bool) {
    var statistics = HandlerStatistics(handler: handler)
    statistics.isPaused = isPaused
    figures = Mutex(statistics)
  }

  /// Changes the figures.
  func update(_ change: (inout HandlerStatistics) -> Void) { figures.withLock { change(&$0) } }

  /// The figures of this moment, with what has not been taken from a feed counted as pending.
  func statistics(feed: EventFeed) -> HandlerStatistics {
    var statistics = figures.withLock { $0 }
    statistics.pendingEvents += feed.backlog
    return statistics
  }
}

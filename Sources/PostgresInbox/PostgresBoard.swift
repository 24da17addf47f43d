internal import LinqhookInbox
internal import Synchronization

/// Where the writer leaves figures for everybody.
final class PostgresBoard: Sendable {
  private let statistics = Mutex(InboxStatistics())

  var value: InboxStatistics { statistics.withLock { $0 } }

  func update(_ change: (inout InboxStatistics) -> Void) {
    statistics.withLock { change(&$0) }
  }
}

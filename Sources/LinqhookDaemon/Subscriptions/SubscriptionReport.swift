import Synchronization

/// What was last found of Linq's subscriptions, for readiness and metrics.
final class SubscriptionReport: Sendable {
  private let state = Mutex<[String]?>(nil)

  /// One sentence each, with the command that repairs it; nil where nobody has looked.
  var findings: [String]? { state.withLock { $0 } }

  /// Keeps what was found; gives what is new and what is gone.
  func replace(_ findings: [String]?) -> (new: [String], gone: [String]) {
    state.withLock { old in
      let before = old ?? []
      let now = findings ?? []
      old = findings
      return (now.filter { !before.contains($0) }, before.filter { !now.contains($0) })
    }
  }
}

/// What the watch needs of an event that came.
struct RecentEvent: Sendable {
  let line: String?
  let chatID: String?
  let messageID: String?
  let receivedAtMilliseconds: Int64
}

import Synchronization

/// What was last found of Linq's subscriptions, for readiness and metrics.
final class SubscriptionReport: Sendable {
  private let state = Mutex<[String]?>(nil)

  /// One sentence each, with the command that mends it; nil where nobody has looked.
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

/// Tells messages that never came as events from those that are on their way.
enum MissedMessages {
  /// Linq repeats for 25 minutes; what is older than that will not come.
  private static let patienceMilliseconds: Int64 = 30 * 60_000

  /// - Parameters:
  ///   - messages: what the API has of a chat.
  ///   - seenMessages: the ids in the newest events here.
  static func findings(
    _ messages: [(id: String, atMilliseconds: Int64)],
    chat: String,
    seenMessages: Set<String>,
    newestEventAtMilliseconds newest: Int64,
    nowMilliseconds now: Int64
  ) -> [String] {
    let missed = messages.filter { message in
      !seenMessages.contains(message.id) && message.atMilliseconds > newest
        && now - message.atMilliseconds > patienceMilliseconds
    }
    guard !missed.isEmpty else { return [] }
    return [
      "Linq has \(missed.count) messages of chat \(chat) from more than half an hour ago that came here as no event, "
        + "and none has come since: events do not arrive. Look with: linqhook doctor --url PUBLIC-URL"
    ]
  }
}

import LinqEvents
import LinqhookInbox

// What the watch of the subscriptions asks of the inbox.
extension Receiver {
  /// The newest events, oldest first.
  func recentEvents(limit: Int) async throws(InboxError) -> [RecentEvent] {
    var recent: [RecentEvent] = []
    for listed in try await inbox.list(EventQuery(limit: limit)) {
      guard let event = try await inbox.event(sequence: listed.event.sequence),
        let view = try? MessageView(event: event.payload)
      else { continue }
      recent.append(
        RecentEvent(
          line: view.line,
          chatID: view.chatID,
          messageID: view.messageID,
          receivedAtMilliseconds: event.receivedAtMilliseconds
        )
      )
    }
    return recent
  }
}

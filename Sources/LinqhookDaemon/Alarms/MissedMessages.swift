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

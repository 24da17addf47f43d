// What deliveries leave behind in the account.
extension World {
  /// Counts one try of a delivery.
  mutating func noteAttempt(ofSubscription id: Int, isDelivered: Bool, at now: Timestamp) {
    subscriptions[id]?.attemptCount += 1
    if isDelivered { subscriptions[id]?.lastDeliveredAt = now }
  }

  /// Keeps where a receiver wants a chat's events, from its answer.
  mutating func learn(routingToken token: String, for lane: RoutingLane) {
    routingTokens[lane] = token
  }
}

/// A chat's events on their way to one subscription.
struct RoutingLane: Hashable {
  var subscriptionID: Int
  var chatID: String
}

/// Linq's limit for one line and one person: 30 messages in 60 s.
struct SendPace {
  private struct Pair: Hashable {
    let line: String
    let person: String
  }

  static let maxMessages = 30
  static let windowSeconds = 60.0

  private var sends: [Pair: [Int64]] = [:]

  /// How many milliseconds to wait until one more message is allowed; 0 for none.
  mutating func waitMilliseconds(line: String, person: String, at now: Timestamp, timeScale: Double) -> Int64
  {
    let window = Int64(Self.windowSeconds * 1_000 / timeScale)
    let pair = Pair(line: line, person: person)
    let recent = (sends[pair] ?? []).filter { $0 > now.milliseconds - window }
    sends[pair] = recent
    guard recent.count >= Self.maxMessages, let oldest = recent.first else { return 0 }
    return max(1, oldest + window - now.milliseconds)
  }

  mutating func count(line: String, person: String, at now: Timestamp) {
    sends[Pair(line: line, person: person), default: []].append(now.milliseconds)
  }
}

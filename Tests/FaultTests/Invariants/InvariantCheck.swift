/// What must hold after every run, from what the sender knows and what the receiver has left behind.
enum InvariantCheck {
  /// The archive against what was acknowledged.
  ///
  /// - Parameter allowsUnacknowledged: for a receiver that was cut off: it may hold events whose answer did not
  ///   arrive, after the acknowledged ones of their chat.
  static func archive(
    _ delivered: DeliveredLines,
    acknowledged: [[String]],
    allowsUnacknowledged: Bool = false
  ) -> [Violation] {
    var violations: [Violation] = []
    if delivered.tornCount > 0 { violations.append(.torn(delivered.tornCount)) }
    let counts = Dictionary(delivered.lines.map { ($0.id, 1) }, uniquingKeysWith: +)
    let doubled = counts.filter { $0.value > 1 }.keys.sorted()
    if !doubled.isEmpty { violations.append(.doubled(doubled)) }
    let lost = acknowledged.joined().filter { counts[$0] == nil }
    if !lost.isEmpty { violations.append(.lost(lost)) }
    if !allowsUnacknowledged {
      let unknown = Set(counts.keys).subtracting(acknowledged.joined()).sorted()
      if !unknown.isEmpty { violations.append(.unknown(unknown)) }
    }
    return violations + reordered(delivered, acknowledged)
  }

  /// The books of the store against what was acknowledged.
  static func books(_ books: StoreState, acknowledged: Int) -> [Violation] {
    guard books.delivered + books.dead + books.pending != acknowledged else { return [] }
    return [
      .unbalanced(
        acknowledged: acknowledged,
        delivered: books.delivered,
        dead: books.dead,
        pending: books.pending
      )
    ]
  }

  /// The answers to events that were all authentic.
  static func answers(_ statuses: [Int: Int]) -> [Violation] {
    statuses.filter { 400..<500 ~= $0.key && $0.key != 429 }.sorted { $0.key < $1.key }
      .map { .refusedForGood(status: $0.key, count: $0.value) }
  }

  private static func reordered(_ delivered: DeliveredLines, _ acknowledged: [[String]]) -> [Violation] {
    let chats = Dictionary(grouping: delivered.lines, by: \.chat)
    return acknowledged.enumerated().compactMap { chat, ids in
      let known = Set(ids)
      var seen: Set<String> = []
      // Lost, doubled and unknown ones are told apart from this.
      let filed = (chats[chat] ?? []).map(\.id).filter { known.contains($0) && seen.insert($0).inserted }
      return filed == ids.filter(seen.contains) ? nil : .reordered(chat: chat)
    }
  }
}

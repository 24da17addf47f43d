// Places for newcomers. Each shard keeps those that may leave in order, so that nothing is searched, and tells the time
// of the first of each rank at its door; whoever needs a place asks the shard where somebody has waited longest.
extension Shard {
  /// Somebody is at the door and all places are taken.
  func makeRoom() {
    server.report(.connectionsExhausted(count: limits.connectionsMax))
    server.makeRoom(now: now)
  }

  /// Tells the others how long those here have waited.
  func showWaiting() {
    for rank in EvictionRank.allCases { door.show(waitingSince(rank), for: rank) }
  }

  /// Lets so many connections go, as far as there are any that may.
  func yieldPlaces(_ count: Int) {
    var left = count
    // Those that turn out to have sent something are passed over; not for ever in one turn.
    for _ in 0..<(count * 8) where left > 0 {
      guard
        let rank = EvictionRank.allCases.first(where: { rank in
          waitingSince(rank).map { now.seconds(since: $0) >= rank.ageMinSeconds } ?? false
        })
      else { return }
      guard yieldPlace(rank) else { continue }
      left -= 1
      statistics.update { $0.connectionsEvicted += 1 }
    }
  }

  /// Lets the first of a rank go; false when its next request, or the rest of its line, is here at this moment.
  private func yieldPlace(_ rank: EvictionRank) -> Bool {
    switch rank {
    case .idle:
      guard let connection = idleOrder.first.flatMap({ connections[$0] }) else { return false }
      idleOrder.remove(connection.slot)
      guard !connection.hasUnreadBytes else { return false }
      connection.cut()
    case .silent:
      guard let visitor = visitorOrder.first.flatMap({ visitors[$0] }) else { return false }
      look(at: visitor)
      guard visitors[visitor.slot] === visitor else { return false }
      dismiss(visitor)
    case .unfinishedHead:
      guard let connection = headOrder.first.flatMap({ connections[$0] }) else { return false }
      headOrder.remove(connection.slot)
      guard !connection.hasUnreadBytes else { return false }
      end(connection, with: .unavailable)
    }
    return true
  }

  /// Since when the first of this rank has waited.
  private func waitingSince(_ rank: EvictionRank) -> MonotonicTime? {
    switch rank {
    case .idle: idleOrder.first.flatMap { connections[$0]?.heardAt }
    case .silent: visitorOrder.first.flatMap { visitors[$0]?.openedAt }
    case .unfinishedHead: headOrder.first.flatMap { connections[$0]?.heardAt }
    }
  }
}

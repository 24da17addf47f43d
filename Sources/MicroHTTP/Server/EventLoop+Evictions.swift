import Pacing

// Places for newcomers. Each loop keeps those that may leave in order, so that nothing is searched, and tells the time
// of the first of each rank at its door; the acceptor asks the loop whose connection has waited longest for a place.
extension EventLoop {
  /// Somebody is at the door and all places are taken.
  func makeRoom() {
    server.report(.connectionsExhausted(count: limits.maxConnections))
    server.makeRoom(now: now)
  }

  /// Tells the others how long those here have waited.
  func showWaiting() {
    for rank in EvictionRank.allCases { mailbox.show(waitingSince(rank), for: rank) }
  }

  /// Lets one connection go, if there is one of these ranks that may and a place is still wanted.
  func yieldPlace(of ranks: ArraySlice<EvictionRank>) {
    guard !ranks.isEmpty else { return }
    // Those that turn out to have sent something are passed over; not forever in one turn.
    for _ in 0..<8 where !server.ledger.hasRoom {
      guard
        let rank = ranks.first(where: { rank in
          waitingSince(rank).map { now.seconds(since: $0) >= rank.ageMinSeconds } ?? false
        })
      else { return }
      if yieldPlace(rank) { return }
    }
  }

  /// Lets the first of a rank go; false when its next request, or the rest of its line, is here at this moment.
  private func yieldPlace(_ rank: EvictionRank) -> Bool {
    switch rank {
    case .idle:
      guard let connection = idleOrder.first.flatMap({ connections[$0] }) else { return false }
      idleOrder.remove(connection.slot)
      guard !connection.hasUnreadBytes else { return false }
      countEviction()
      connection.cut()
    case .silent:
      guard let visitor = visitorOrder.first.flatMap({ visitors[$0] }) else { return false }
      look(at: visitor)
      guard visitors[visitor.slot] === visitor else { return false }
      countEviction()
      dismiss(visitor)
    case .unfinishedHead:
      guard let connection = headOrder.first.flatMap({ connections[$0] }) else { return false }
      headOrder.remove(connection.slot)
      guard !connection.hasUnreadBytes else { return false }
      countEviction()
      end(connection, with: .unavailable)
    }
    return true
  }

  /// First, so that a client that sees the end finds it counted.
  private func countEviction() { statistics.update { $0.connectionsEvicted += 1 } }

  /// Since when the first of this rank has waited.
  private func waitingSince(_ rank: EvictionRank) -> MonotonicTime? {
    switch rank {
    case .idle: idleOrder.first.flatMap { connections[$0]?.heardAt }
    case .silent: visitorOrder.first.flatMap { visitors[$0]?.openedAt }
    case .unfinishedHead: headOrder.first.flatMap { connections[$0]?.heardAt }
    }
  }
}

/// How many stored events are in each state. Events that retention has removed count nowhere.
public struct EventCounts: Sendable, Equatable {
  /// Some handler has not settled them, and none gave them up.
  public var pending: Int
  /// Every handler has settled them, and none gave them up.
  public var delivered: Int
  /// Some handler gave them up.
  public var dead: Int

  /// The counts of the given parts.
  public init(pending: Int = 0, delivered: Int = 0, dead: Int = 0) {
    self.pending = pending
    self.delivered = delivered
    self.dead = dead
  }
}

extension EventArchive {
  /// Counts by listing everything: good for an archive that has its events in memory.
  public func counts(handler: String?) async throws(InboxError) -> EventCounts {
    var counts = EventCounts()
    for archived in try await list(EventQuery(handler: handler, limit: .max)) {
      let judge = archived.deliveries.first { $0.handler == handler }
      switch judge?.state ?? archived.state {
      case .pending: counts.pending += 1
      case .delivered: counts.delivered += 1
      case .dead: counts.dead += 1
      }
    }
    return counts
  }
}

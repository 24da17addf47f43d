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
    func count(_ state: EventQuery.State) async throws(InboxError) -> Int {
      try await list(EventQuery(state: state, handler: handler, limit: .max)).count
    }
    return EventCounts(
      pending: try await count(.pending),
      delivered: try await count(.delivered),
      dead: try await count(.dead)
    )
  }
}

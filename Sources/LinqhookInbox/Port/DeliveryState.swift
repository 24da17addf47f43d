// The one rule for what state a delivery is in, for every store.

extension ArchivedEvent.Delivery {
  /// The part of a handler that is at `cursor` and has this row for the event, if any.
  package init(handler: String, sequence: Int64, cursor: Int64, deferred: DeferredDelivery?) {
    let state: EventQuery.State =
      switch deferred?.state {
      case .dead: .dead
      case .waiting, .retrying: .pending
      case .delivered, .skipped: .delivered
      case nil: sequence <= cursor ? .delivered : .pending
      }
    self.init(handler: handler, state: state, deferred: deferred)
  }
}

extension EventQuery.State {
  /// The state over several handlers. An event that one gave up is dead although another may still be at
  /// work on it: that is what the operator has to look at.
  package init(of deliveries: [ArchivedEvent.Delivery]) {
    if deliveries.contains(where: { $0.state == .dead }) {
      self = .dead
    } else {
      self = deliveries.contains { $0.state == .pending } ? .pending : .delivered
    }
  }
}

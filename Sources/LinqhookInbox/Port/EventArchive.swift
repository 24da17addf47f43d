public import LinqEvents

/// Which stored events to list. All conditions must hold.
public struct EventQuery: Sendable, Equatable {
  /// How far an event has come.
  public enum State: String, Sendable, CaseIterable {
    /// Some handler has not settled it.
    case pending
    /// Every handler has settled it, none gave it up.
    case delivered
    /// Some handler gave it up.
    case dead
  }

  /// Only events in this state.
  public var state: State?
  /// Judge the state by this handler alone.
  public var handler: String?
  /// Only types that match this pattern.
  public var type: EventTypePattern?
  /// Only events received at or after this instant, in milliseconds since 1970.
  public var sinceMilliseconds: Int64?
  /// Only events after this sequence: for paging forward and following.
  public var afterSequence: Int64
  /// Only events before this sequence, nil for all: for paging back.
  public var beforeSequence: Int64?
  /// At most this many.
  public var limit: Int

  /// The query of the given parts.
  public init(
    state: State? = nil,
    handler: String? = nil,
    type: EventTypePattern? = nil,
    sinceMilliseconds: Int64? = nil,
    afterSequence: Int64 = 0,
    beforeSequence: Int64? = nil,
    limit: Int = 100
  ) {
    self.state = state
    self.handler = handler
    self.type = type
    self.sinceMilliseconds = sinceMilliseconds
    self.afterSequence = afterSequence
    self.beforeSequence = beforeSequence
    self.limit = limit
  }
}

/// An event with the state of its deliveries.
public struct ArchivedEvent: Sendable {
  /// The event.
  public var event: StoredEvent
  /// How far it has come over all handlers.
  public var state: EventQuery.State
  /// For each attached handler how far it has come, and the row if there is one.
  public var deliveries: [Delivery]

  /// One handler's part.
  public struct Delivery: Sendable, Equatable {
    /// The handler's name.
    public var handler: String
    /// How far it has come.
    public var state: EventQuery.State
    /// The exception, where there is one.
    public var deferred: DeferredDelivery?
    /// The delivery of the given parts.
    public init(handler: String, state: EventQuery.State, deferred: DeferredDelivery?) {
      self.handler = handler
      self.state = state
      self.deferred = deferred
    }
  }

  /// The event with the given deliveries.
  public init(event: StoredEvent, state: EventQuery.State, deliveries: [Delivery]) {
    self.event = event
    self.state = state
    self.deliveries = deliveries
  }
}

/// A handler that the inbox has seen at work.
public struct KnownHandler: Sendable, Equatable {
  /// Its name.
  public var handler: String
  /// Whether it was named by the last ``DeliveryLedger/attach(_:)``. One that was not has gone from the
  /// configuration, and keeps its backlog until it is forgotten.
  public var isAttached: Bool
  /// Whether the operator has paused it.
  public var isPaused: Bool

  /// The handler of the given parts.
  public init(handler: String, isAttached: Bool, isPaused: Bool = false) {
    self.handler = handler
    self.isAttached = isAttached
    self.isPaused = isPaused
  }
}

/// The reading side for people.
public protocol EventArchive: Sendable {
  /// Lists events in the order of acceptance. A list without `afterSequence` gives the newest `limit`.
  func list(_ query: EventQuery) async throws(InboxError) -> [ListedEvent]

  /// Events with this id: usually one; more after its id had left the dedup window.
  func find(eventID: String) async throws(InboxError) -> [ArchivedEvent]

  /// Every handler that has ever been attached and was not forgotten, oldest first.
  func handlers() async throws(InboxError) -> [KnownHandler]

  /// Counts the stored events by the state that this handler alone gives them (all attached ones if nil).
  func counts(handler: String?) async throws(InboxError) -> EventCounts

  /// The dead letters of a handler (of all if nil), oldest first.
  func deadLetters(
    handler: String?,
    limit: Int
  ) async throws(InboxError) -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)]
}

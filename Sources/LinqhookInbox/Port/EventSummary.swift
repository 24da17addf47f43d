internal import LinqEvents

/// What an event's row says of it beside the payload.
public struct EventSummary: Sendable, Equatable {
  /// Its place in the order of acceptance.
  public var sequence: Int64
  /// The id it was deduplicated by.
  public var eventID: String
  /// What happened.
  public var eventType: String
  /// The query of the URL that the event came to.
  public var source: String?
  /// When it was received, in milliseconds since 1970.
  public var receivedAtMilliseconds: Int64

  /// The summary of the given parts.
  public init(
    sequence: Int64,
    eventID: String,
    eventType: String,
    source: String?,
    receivedAtMilliseconds: Int64
  ) {
    self.sequence = sequence
    self.eventID = eventID
    self.eventType = eventType
    self.source = source
    self.receivedAtMilliseconds = receivedAtMilliseconds
  }

  /// The summary of an event.
  public init(_ event: StoredEvent) {
    self.init(
      sequence: event.sequence,
      eventID: event.eventID,
      eventType: event.envelope.eventType,
      source: event.source,
      receivedAtMilliseconds: event.receivedAtMilliseconds
    )
  }
}

/// What a list shows of an event. It holds neither the payload nor what handlers said: a list may be long, and takes
/// memory by its length alone.
public struct ListedEvent: Sendable {
  /// The event.
  public var event: EventSummary
  /// When it happened, as written.
  public var createdAt: String?
  /// The chat that it belongs to.
  public var chatID: String?
  /// How long the payload is.
  public var payloadBytes: Int
  /// How far it has come over all handlers.
  public var state: EventQuery.State
  /// For each attached handler how far it has come.
  public var deliveries: [(handler: String, state: EventQuery.State)]

  /// What a list shows of this event.
  public init(_ archived: ArchivedEvent) {
    event = EventSummary(archived.event)
    createdAt = archived.event.envelope.createdAt
    chatID = archived.event.envelope.chatID
    payloadBytes = archived.event.payload.count
    state = archived.state
    deliveries = archived.deliveries.map { ($0.handler, $0.state) }
  }
}

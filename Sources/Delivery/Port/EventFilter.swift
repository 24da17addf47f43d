public import Inbox
public import LinqEvents

/// Which events a handler wants. What a filter refuses is settled at once and counted.
public struct EventFilter: Sendable {
  /// The event types wanted; one match is enough.
  public let types: [EventTypePattern]
  private let condition: (@Sendable (StoredEvent) -> Bool)?

  /// A filter by event type and, if given, by a further condition (the configuration's `where`). The
  /// condition is asked only for events whose type matches, once for each event, and must be quick.
  public init(
    types: [EventTypePattern] = [EventTypePattern("*")],
    where condition: (@Sendable (StoredEvent) -> Bool)? = nil
  ) {
    self.types = types
    self.condition = condition
  }

  /// Lets every event pass.
  public static let all = EventFilter()

  /// Whether the handler wants this event.
  public func wants(_ event: StoredEvent) -> Bool {
    guard types.contains(where: { $0.matches(event.envelope.eventType) }) else { return false }
    return condition?(event) ?? true
  }
}

public import LinqEvents
public import LinqhookInbox

/// Which events a handler wants. What a filter refuses is settled at once and counted.
public struct EventFilter: Sendable {
  /// The event types wanted; one match is enough.
  public var types: [EventTypePattern]
  /// What must hold of the event, all of it. Looked at only when the type matches.
  public var conditions: [Condition]

  /// A filter of the given parts; without any it lets every event pass.
  public init(types: [EventTypePattern] = [EventTypePattern("*")], conditions: [Condition] = []) {
    self.types = types
    self.conditions = conditions
  }

  /// Lets every event pass.
  public static let all = EventFilter()

  /// Whether the handler wants this event.
  public func wants(_ event: StoredEvent) -> Bool {
    // A probe of `linqhook doctor` is for the inbox alone.
    guard event.envelope.eventType != ProbeEvent.type else { return false }
    return types.contains { $0.matches(event.envelope.eventType) }
      && conditions.allSatisfy { $0.holds(for: event) }
  }
}

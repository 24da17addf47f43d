public import LinqEvents
public import LinqhookInbox

/// Which events a handler wants. What a filter refuses is settled at once and counted.
public struct EventFilter: Sendable {
  /// A value that an event must hold: the configuration's `where`.
  public struct Condition: Sendable, Equatable {
    /// Where the value stands in the event.
    public var path: JSONPath
    /// The value as text: a string's text, a number as spelt, `true`, `false` or `null`.
    public var text: String

    /// The condition of the given parts.
    public init(path: JSONPath, text: String) {
      self.path = path
      self.text = text
    }

    func holds(in event: StoredEvent) -> Bool {
      let payload = event.payload
      return path.value(in: payload.span)?.text == text
    }
  }

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
      && conditions.allSatisfy { $0.holds(in: event) }
  }
}

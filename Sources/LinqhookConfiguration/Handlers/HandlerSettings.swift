/// One handler: what every handler has, and what its type adds.
public struct HandlerSettings: Sendable, Equatable {
  /// Its name in logs, metrics and commands; unique.
  public var name: String
  /// Event types that it wants, as globs (`*` any run of characters, `?` one).
  public var events: [String]
  /// What must be true of the event; all of it.
  public var conditions: [EventCondition]
  /// Whether events of one chat wait for each other.
  public var order: OrderName
  /// Deliveries that run at once. For a worker: processes.
  public var concurrency: Int
  /// When a failed delivery is tried again.
  public var retry: RetrySettings
  /// What becomes of an event that is given up.
  public var onDead: DeadLetterPolicy
  /// The type, with its own settings.
  public var kind: HandlerKind

  /// A handler of `kind` that wants every event, in order for its chat. `concurrency` nil takes the type's.
  public init(
    name: String,
    events: [String] = ["*"],
    conditions: [EventCondition] = [],
    order: OrderName = .chat,
    concurrency: Int? = nil,
    retry: RetrySettings = RetrySettings(),
    onDead: DeadLetterPolicy = .keep,
    kind: HandlerKind
  ) {
    self.name = name
    self.events = events
    self.conditions = conditions
    self.order = order
    self.concurrency = concurrency ?? kind.defaultConcurrency
    self.retry = retry
    self.onDead = onDead
    self.kind = kind
  }
}

/// Whether events wait for each other.
public enum OrderName: String, Sendable, CaseIterable {
  /// Events of one chat go one at a time, as accepted.
  case chat
  /// No order at all.
  case none
}

/// What becomes of an event that is given up.
public enum DeadLetterPolicy: String, Sendable, CaseIterable {
  /// It stays as a dead letter until somebody retries or drops it.
  case keep
}

/// A handler with the rules by which events go to it.
public struct HandlerRegistration: Sendable {
  /// The two kinds of targets.
  public enum Target: Sendable {
    /// Takes one event at a time, different chats side by side.
    case single(any EventHandler)
    /// Takes runs of events in the order of acceptance.
    case batch(any BatchEventHandler)
  }

  /// What is kept in order.
  public enum Order: String, Sendable {
    /// Events of one chat go one at a time, in the order of acceptance.
    case chat
    /// Nothing.
    case none
  }

  /// The name in the configuration; the handler's progress is kept under it.
  public var name: String
  /// The target.
  public var target: Target
  /// Which events it wants.
  public var filter: EventFilter
  /// What is kept in order. Batch targets always get the order of acceptance.
  public var order: Order
  /// How many events are in flight at most, at least 1. Batch targets have one batch in flight.
  public var concurrency: Int
  /// When failed deliveries are tried again. Batch targets use its pauses only: see `BatchEventHandler`.
  public var retry: RetryPolicy
  /// Tells on reload whether anything about this handler changed: any text that is the same exactly when
  /// the handler's settings are, for example its configuration written out.
  public var fingerprint: String

  /// The registration of the given parts.
  public init(
    name: String,
    target: Target,
    filter: EventFilter = .all,
    order: Order = .chat,
    concurrency: Int = 1,
    retry: RetryPolicy = RetryPolicy(),
    fingerprint: String = ""
  ) {
    self.name = name
    self.target = target
    self.filter = filter
    self.order = order
    self.concurrency = max(concurrency, 1)
    self.retry = retry
    self.fingerprint = fingerprint
  }
}

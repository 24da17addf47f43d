/// What an operator may do with deliveries, whether a dispatcher is at work or not.
///
/// All of it throws a `DispatcherError` for what is unknown or not so, an `InboxError` when the inbox cannot
/// be read or written.
public protocol DeliveryControl: Sendable {
  /// Hands an event to a handler again, whatever its filter says. One that waits for its retry goes now.
  func replay(sequence: Int64, handler: String) async throws -> ReplayOutcome

  /// Hands an event again to all handlers that want it, and returns what became of it for each.
  func replay(sequence: Int64) async throws -> [(handler: String, outcome: ReplayOutcome)]

  /// Tries a dead letter again, with all attempts before it.
  func retryDead(sequence: Int64, handler: String) async throws -> ReplayOutcome

  /// Removes a dead letter.
  func dropDead(sequence: Int64, handler: String) async throws

  /// Pauses a handler, or lets it go on; a pause outlasts restarts.
  func setPaused(_ isPaused: Bool, handler: String) async throws

  /// Forgets a handler that is gone from the configuration, with its backlog and its dead letters.
  func forget(handler: String) async throws

  /// Where each handler stands, in the order of the configuration.
  func handlerStatuses() async throws -> [HandlerStatus]
}

/// Where a handler stands, as an operator sees it.
public struct HandlerStatus: Sendable, Equatable {
  /// The handler's name.
  public var handler: String
  /// Events that it has not settled.
  public var pendingEvents: Int
  /// Dead letters that wait for the operator.
  public var deadLetters: Int
  /// Whether its target works; nil while nothing is handed over.
  public var health: HandlerHealth?
  /// How many attempts have failed in a row.
  public var failuresInARow = 0
  /// The last failure, if there was one while events were handed over.
  public var lastFailure: HandlerFailure?
  /// What the handler's programs did; nil where it keeps none running.
  public var programs: ProgramFigures?
  /// Whether the operator has paused it.
  public var isPaused = false

  /// The standing of the given parts.
  public init(handler: String, pendingEvents: Int, deadLetters: Int, health: HandlerHealth? = nil) {
    self.handler = handler
    self.pendingEvents = pendingEvents
    self.deadLetters = deadLetters
    self.health = health
  }

  init(_ statistics: HandlerStatistics) {
    self.init(
      handler: statistics.handler,
      pendingEvents: statistics.pendingEvents,
      deadLetters: statistics.deadLetters,
      health: statistics.health
    )
    failuresInARow = statistics.failuresInARow
    lastFailure = statistics.lastFailure
    programs = statistics.programs
    isPaused = statistics.isPaused
  }
}

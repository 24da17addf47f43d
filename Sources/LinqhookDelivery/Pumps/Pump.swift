import LinqhookInbox
import Logging

/// What moves one handler's events, independent of all others.
protocol Pump: Sendable {
  /// The handler and its rules.
  var registration: HandlerRegistration { get }
  /// Where new events are offered.
  var feed: EventFeed { get }
  /// The handler's figures.
  var metrics: HandlerMetrics { get }
  /// What the handler says of itself.
  var report: HandlerReport { get }

  /// Reads what the ledger knows and starts the handler. Where that took so long that nobody wants it any more, nothing
  /// is written.
  func start(while isWanted: @Sendable () -> Bool) async throws

  /// Stops a handler whose start was given up, and records nothing: another may be in its place.
  func abandon() async

  /// Delivers until `drain`, or until the task is cancelled.
  func run() async

  /// Takes nothing new, waits for what is in flight, cancels what is still there at `deadline`, writes the
  /// progress and stops the handler. Also for a pump that never ran. False when the handler hangs and was left alone.
  func drain(until deadline: Duration) async -> Bool

  /// Hands nothing over any more, or goes on. What is in flight finishes.
  func setPaused(_ isPaused: Bool) async

  /// Tells the handler to reopen its files.
  func reopen() async

  /// Puts an event before the handler again; `row` is what the ledger has for it. Like the next two it throws when the
  /// handler hangs and holds up its pump; then nothing was done.
  func replay(_ event: StoredEvent, row: DeferredDelivery?) async throws(DispatcherError) -> ReplayOutcome

  /// Removes a dead letter.
  func dropDead(_ sequence: Int64) async throws(DispatcherError)

  /// Does nothing where the pump can do what it is asked for.
  func checkAnswers() async throws(DispatcherError)
}

/// What pumps share.
struct PumpContext: Sendable {
  /// A handler gets this long to end after its task was cancelled; then it is left alone.
  static let cancellationGrace = Duration.seconds(10)

  let store: any DeliveryStore
  let clock: any DeliveryClock
  let logger: Logger

  /// Waits for what a handler has in flight: until the deadline as it is, then with its task cancelled.
  func await(
    _ quiet: Latch,
    until deadline: Duration,
    thenCancel work: Task<Void, Never>?,
    of registration: HandlerRegistration
  ) async {
    if await quiet.wait(until: deadline, clock: clock) { return }
    work?.cancel()
    if await quiet.wait(until: clock.now + Self.cancellationGrace, clock: clock) { return }
    logger.error(
      "handler did not end when cancelled; going on without it",
      metadata: ["handler": "\(registration.name)"]
    )
  }
}

/// How far a pump has come with its life.
enum PumpPhase: Comparable {
  case delivering
  case draining
  case stopped
}

extension HandlerRegistration {
  /// The pump for its kind of target.
  func makePump(progress: HandlerProgress, context: PumpContext) -> any Pump {
    switch target {
    case .single(let handler):
      LanePump(registration: self, handler: handler, progress: progress, context: context)
    case .batch(let handler):
      BatchPump(registration: self, handler: handler, progress: progress, context: context)
    }
  }
}

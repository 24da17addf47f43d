import Inbox
import Logging

/// What moves one handler's events, independent of all others.
protocol Pump: Sendable {
  /// The handler and its rules.
  var registration: HandlerRegistration { get }
  /// Where new events are offered.
  var feed: EventFeed { get }
  /// The handler's figures.
  var gauge: HandlerGauge { get }

  /// Reads what the ledger knows and starts the handler.
  func start() async throws

  /// Delivers until `drain`, or until the task is cancelled.
  func run() async

  /// Takes nothing new, waits for what is in flight, cancels what is still there at `deadline`, writes the
  /// progress and stops the handler. Also for a pump that never ran.
  func drain(until deadline: Duration) async

  /// Tells the handler to reopen its files.
  func reopen() async

  /// Puts an event before the handler again; `row` is what the ledger has for it.
  func replay(_ event: StoredEvent, row: DeferredDelivery?) async -> ReplayOutcome

  /// Removes a dead letter.
  func dropDead(_ sequence: Int64) async
}

/// What pumps share.
struct PumpContext: Sendable {
  /// A handler gets this long to end after its task was cancelled; then it is left alone.
  private static let cancellationGrace = Duration.seconds(10)

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
      "the handler did not end after its task was cancelled; it is left alone",
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

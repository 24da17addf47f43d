public import LinqhookInbox

// Two ports, because there are two kinds of targets. Most take one event at a time, and different chats side
// by side. Some (a file, a log) take a run of events in the order of acceptance far more cheaply at once, and
// can keep a checkpoint with the inbox's cursor, in the same transaction: that is what makes the file sink
// exactly once.

/// A target that takes one event at a time.
///
/// A handler that was stopped may be started again: a reload that fails puts the handlers of before back.
public protocol EventHandler: Sendable {
  /// Called once before the first event; what cannot work is reported here.
  func start() async throws

  /// Hands over one event. Called for several events at once, never for two of one chat when order is kept.
  /// When the task is cancelled (a drain has reached its deadline) it must end within ten seconds, with
  /// `.retry`; that does not count as an attempt.
  func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult

  /// The operator asked for files to be reopened (SIGUSR1).
  func reopen() async

  /// A drain begins: no event follows, and what is in flight has this long to finish.
  func beginDraining(within duration: Duration) async

  /// Called once after the last event.
  func stop() async

  /// What the handler says of itself; asked for whenever somebody looks at its figures, from any thread.
  var report: HandlerReport { get }
}

extension EventHandler {
  /// Nothing to say.
  public var report: HandlerReport { HandlerReport() }
  /// Nothing to prepare.
  public func start() async throws {}
  /// Nothing to reopen.
  public func reopen() async {}
  /// What is in flight finishes by itself.
  public func beginDraining(within duration: Duration) async {}
  /// Nothing to release.
  public func stop() async {}
}

/// What became of a run of events, all or nothing.
public enum BatchResult: Sendable, Equatable {
  /// All went through; the checkpoint is kept together with the cursor.
  case delivered(checkpoint: [UInt8]?)
  /// None counts as delivered; the handler has undone what it could and is given the same events again.
  case retry(reason: String)
}

/// Where a batch handler goes on after a restart.
public enum BatchResumption: Sendable, Equatable {
  /// From the cursor.
  case fromCursor
  /// From an earlier event: what came after this sequence did not survive.
  case after(sequence: Int64)
}

/// A target that takes runs of events in the order of acceptance.
///
/// A batch that fails is handed over again, the same events in the same order, for as long as it takes: with
/// the pauses of the handler's retry policy up to 30 seconds, but without its limits on attempts and age. It
/// never becomes a dead letter, because what such a target fails for (a full disk) is not the events' fault.
/// A replay comes as a batch of its own, out of order.
///
/// It is an actor so that its pump can run on its executor: handing over a run then costs no change of threads,
/// which at thousands of commits a second is more than the work itself.
public protocol BatchEventHandler: Actor {
  /// How long events gather after a run before the next one is handed over, unless there are many by then. The first
  /// event after a rest never waits.
  nonisolated var gatheringTime: Duration { get }

  /// Called once before the first batch, with what was kept with the cursor.
  func start(checkpoint: [UInt8]?, cursor: Int64) async throws -> BatchResumption

  /// Hands over a run of events, in order; called for one run at a time.
  func handle(_ events: [StoredEvent]) async -> BatchResult

  /// The operator asked for files to be reopened (SIGUSR1).
  func reopen() async

  /// Called once after the last batch. A checkpoint returned here is kept.
  func stop() async -> [UInt8]?
}

extension BatchEventHandler {
  /// Every run is handed over as soon as the one before is done.
  public nonisolated var gatheringTime: Duration { .zero }
}

import Synchronization

/// What the shards of one server share.
final class ServerState: Sendable {
  private struct Completion {
    var shardsRunning: Int
    var listeners: [ListeningSocket]
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  let limits: HTTPLimits
  let unavailable: HTTPResponse
  let framingRules: FramingRules
  let ledger: ConnectionLedger
  let report: DiagnosticSink
  let bodyBytesInFlight = Atomic<Int>(0)
  private let drains = Atomic<Bool>(false)
  private let stopNanoseconds = Atomic<Int64>(.max)
  private let signals: [WakeSignal]
  private let doors: [ShardDoor]
  private let completion: Mutex<Completion>

  init(
    configuration: HTTPServerConfiguration,
    listeners: [ListeningSocket],
    signals: [WakeSignal],
    report: DiagnosticSink
  ) {
    limits = configuration.limits
    unavailable = configuration.unavailableResponse
    framingRules = configuration.framingRules
    self.signals = signals
    doors = signals.map(ShardDoor.init)
    self.report = report
    ledger = ConnectionLedger(limits: configuration.limits) { signals.forEach { $0.raise() } }
    completion = Mutex(Completion(shardsRunning: signals.count, listeners: listeners))
  }

  /// A shard's door.
  func door(of shard: Int) -> ShardDoor { doors[shard] }

  /// Returns when every shard has come round.
  func heartbeat() async {
    for door in doors { await door.heartbeat() }
  }

  /// The door of the shard that has the fewest connections; the given one's where none has fewer.
  func lightestDoor(startingAt shard: Int) -> ShardDoor {
    doors.reduce(doors[shard]) { $1.load < $0.load ? $1 : $0 }
  }

  /// Whether no new clients are wanted.
  var isDraining: Bool { drains.load(ordering: .acquiring) }

  /// When all must be over; nil when there is no hurry.
  var stopDeadline: MonotonicTime? {
    let nanoseconds = stopNanoseconds.load(ordering: .acquiring)
    return nanoseconds == .max ? nil : MonotonicTime(nanoseconds: nanoseconds)
  }

  func beginDraining() {
    guard !drains.exchange(true, ordering: .acquiringAndReleasing) else { return }
    signals.forEach { $0.raise() }
  }

  /// Sets the end; an earlier one that was set before stays.
  func stop(at deadline: MonotonicTime) {
    drains.store(true, ordering: .releasing)
    stopNanoseconds.min(deadline.nanoseconds, ordering: .acquiringAndReleasing)
    signals.forEach { $0.raise() }
  }

  /// Returns when all shards are done.
  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let isOver = completion.withLock { completion in
        if completion.shardsRunning > 0 { completion.waiters.append(continuation) }
        return completion.shardsRunning == 0
      }
      if isOver { continuation.resume() }
    }
  }

  /// Called by each shard as its last act. With the last of them the listening sockets close.
  func shardEnded() {
    let waiters = completion.withLock { completion in
      completion.shardsRunning -= 1
      guard completion.shardsRunning == 0 else { return [CheckedContinuation<Void, Never>]() }
      // Before anyone learns that the server has stopped.
      completion.listeners.forEach { $0.close() }
      defer { completion.waiters = [] }
      return completion.waiters
    }
    waiters.forEach { $0.resume() }
  }
}

import Pacing
import Synchronization

/// What the loops of one server share.
final class ServerState: Sendable {
  private struct Completion {
    var loopsRunning: Int
    var listeners: [ListeningSocket]
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  /// The memory of each connection, which is settled at start.
  let poolBytes: Int
  let unavailable: HTTPResponse
  let framingRules: FramingRules
  let unixPeers: UnixPeers
  let ledger: ConnectionLimiter
  let report: DiagnosticSink
  let trustsProxyHeader: @Sendable (RemoteAddress) -> Bool
  let bodyBytesInFlight = Atomic<Int>(0)
  private let limitsInForce: Mutex<HTTPLimits>
  private let limitsChanges = Atomic<Int>(0)
  private let drains = Atomic<Bool>(false)
  private let stopNanoseconds = Atomic<Int64>(.max)
  private let signals: [WakeSignal]
  private let doors: [EventLoopMailbox]
  private let seating = Mutex(())
  private let completion: Mutex<Completion>

  init(
    configuration: HTTPServerConfiguration,
    listeners: [ListeningSocket],
    signals: [WakeSignal],
    report: DiagnosticSink
  ) {
    poolBytes = configuration.limits.poolBytes
    limitsInForce = Mutex(configuration.limits)
    unavailable = configuration.unavailableResponse
    framingRules = configuration.framingRules
    unixPeers = configuration.unixPeers
    trustsProxyHeader = configuration.trustsProxyHeader
    self.signals = signals
    doors = signals.map(EventLoopMailbox.init)
    self.report = report
    ledger = ConnectionLimiter(limits: configuration.limits) { signals.forEach { $0.raise() } }
    completion = Mutex(Completion(loopsRunning: signals.count, listeners: listeners))
  }

  /// What a client may cost. Shards keep a copy and take a new one when the version changes.
  var limits: HTTPLimits { limitsInForce.withLock { $0 } }

  /// Whether a unix socket is not for the user at the other end, which is reported.
  func isForbidden(to socket: AcceptedSocket) -> Bool {
    guard let user = unixPeers.refusedUser(of: socket) else { return false }
    report(.userRefused(user))
    return true
  }

  /// How often the limits were replaced.
  var limitsVersion: Int { limitsChanges.load(ordering: .acquiring) }

  /// Puts other limits in force; the head's as far as each connection's memory goes.
  /// - Returns: what is in force now.
  func replaceLimits(with wanted: HTTPLimits) -> HTTPLimits {
    var limits = wanted
    limits.maxHeaderBytes = min(wanted.maxHeaderBytes, HTTPLimits.maxHeaderBytes(inPoolOf: poolBytes))
    limitsInForce.withLock { $0 = limits }
    limitsChanges.add(1, ordering: .acquiringAndReleasing)
    ledger.replaceLimits(with: limits)
    signals.forEach { $0.raise() }
    return limits
  }

  /// A loop's door.
  func mailbox(of loop: Int) -> EventLoopMailbox { doors[loop] }

  /// Returns when every loop has come round.
  func heartbeat() async {
    for mailbox in doors { await mailbox.heartbeat() }
  }

  /// Takes a place for one more connection at the loop that has the fewest; at the given one where none has
  /// fewer. One at a time, so that two loops which accept at once do not both choose the same third.
  func takePlace(startingAt loop: Int) -> EventLoopMailbox {
    seating.withLock { _ in
      let lightest = doors.reduce(doors[loop]) { $1.load < $0.load ? $1 : $0 }
      lightest.connectionAdded()
      return lightest
    }
  }

  /// Has a connection closed that may be, where one of the highest rank has waited longest.
  func makeRoom(now: MonotonicTime) {
    for rank in EvictionRank.allCases {
      guard let mailbox = doors.min(by: { $0.waitingSince(rank) < $1.waitingSince(rank) }),
        mailbox.waitingSince(rank) <= now.advanced(bySeconds: -rank.ageMinSeconds)
      else { continue }
      return mailbox.wantPlace(of: rank)
    }
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

  /// Returns when all loops are done.
  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let isOver = completion.withLock { completion in
        if completion.loopsRunning > 0 { completion.waiters.append(continuation) }
        return completion.loopsRunning == 0
      }
      if isOver { continuation.resume() }
    }
  }

  /// Called by each loop as its last act. With the last of them the listening sockets close.
  func loopEnded() {
    let waiters = completion.withLock { completion in
      completion.loopsRunning -= 1
      guard completion.loopsRunning == 0 else { return [CheckedContinuation<Void, Never>]() }
      // Before anyone learns that the server has stopped.
      completion.listeners.forEach { $0.close() }
      defer { completion.waiters = [] }
      return completion.waiters
    }
    waiters.forEach { $0.resume() }
  }
}

import Pacing
import Synchronization

/// An HTTP/1.1 server. It runs from `start` until `stop`; dropping it does not stop it.
public final class HTTPServer: Sendable {
  private let state: ServerState
  private let statisticsOfLoops: [EventLoopStatistics]

  /// Where the server listens, with the ports that the system chose.
  public let boundAddresses: [ListenAddress]

  /// Opens all addresses and begins to serve. Either all of them are open when it returns, or none is.
  public static func start(
    _ configuration: HTTPServerConfiguration,
    service: any HTTPService,
    onDiagnostic: @escaping @Sendable (HTTPDiagnostic) -> Void = { _ in }
  ) throws(HTTPServerError) -> HTTPServer {
    try configuration.validate()
    var listeners: [ListeningSocket] = []
    for address in configuration.addresses {
      listeners += try ListeningSocket.open(address, configuration.unixSocketAccess)
    }
    var signals: [WakeSignal] = []
    for _ in 0..<configuration.loops { signals.append(try WakeSignal()) }
    let state = ServerState(
      configuration: configuration,
      listeners: listeners,
      signals: signals,
      report: DiagnosticSink(report: onDiagnostic)
    )
    var statistics: [EventLoopStatistics] = []
    do throws(HTTPServerError) {
      for (index, signal) in signals.enumerated() {
        statistics.append(
          try startLoop(index, state: state, signal: signal, listeners: listeners, service: service)
        )
      }
    } catch {
      state.stop(at: .now())
      for _ in statistics.count..<signals.count { state.loopEnded() }
      throw error
    }
    return HTTPServer(
      state: state,
      statistics: statistics,
      boundAddresses: listeners.map(\.address)
    )
  }

  private init(state: ServerState, statistics: [EventLoopStatistics], boundAddresses: [ListenAddress]) {
    self.state = state
    statisticsOfLoops = statistics
    self.boundAddresses = boundAddresses
  }

  private static func startLoop(
    _ index: Int,
    state: ServerState,
    signal: WakeSignal,
    listeners: [ListeningSocket],
    service: any HTTPService
  ) throws(HTTPServerError) -> EventLoopStatistics {
    let statistics = EventLoopStatistics()
    let replies = HTTPReplyQueue { signal.raise() }
    let loop = try EventLoop(
      index: index,
      server: state,
      signal: signal,
      replies: replies,
      statistics: statistics,
      listeners: listeners,
      service: service
    )
    try startThread(named: "http-\(index)") { loop.run() }
    return statistics
  }

  /// Accepts no more clients, closes connections that carry no request, and closes each of the others after its
  /// answer. New clients wait in the kernel's queue, for a successor on the same socket.
  public func beginDraining() {
    state.beginDraining()
  }

  /// Drains, and returns when no connection is left or the deadline is over; what waits for an answer then gets
  /// 503. After that the listening sockets are closed, except those that were handed over, and unix socket paths
  /// are removed. May be called again, also to shorten the deadline.
  public func stop(deadlineSeconds: Double) async {
    state.stop(at: .now().advanced(bySeconds: max(0, deadlineSeconds)))
    await state.waitForEnd()
  }

  /// Puts other limits in force for what begins from now on: connections over a lower limit stay, a stage that is
  /// under way keeps its deadline.
  ///
  /// - Returns: the limits in force. `maxHeaderBytes` can differ from what was asked for: each connection's memory
  ///   is settled at start, and fits heads of up to 16 KiB, or of what was asked for then if that is more.
  /// - Throws: ``HTTPServerError/configuration(_:)`` when a limit is out of range; the old ones stay in force.
  @discardableResult
  public func replaceLimits(with limits: HTTPLimits) throws(HTTPServerError) -> HTTPLimits {
    try limits.validate()
    return state.replaceLimits(with: limits)
  }

  /// Returns when each event loop has come round once more, or has ended. While one is stuck it does not return:
  /// a sign of life for a watchdog.
  public func heartbeat() async { await state.heartbeat() }

  /// What the server has done so far.
  public var statistics: HTTPStatistics {
    var sum = HTTPStatistics()
    for statistics in statisticsOfLoops { sum.add(statistics.current) }
    sum.bodyBytesInFlight = state.bodyBytesInFlight.load(ordering: .relaxed)
    return sum
  }
}

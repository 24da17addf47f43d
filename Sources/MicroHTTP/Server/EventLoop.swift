import Pacing

// One event loop: a thread that owns a libmicrohttpd daemon and the connections in it.
//
// libmicrohttpd's own threads are not used. In 0.9.75 they can stall: when exactly 128 sockets are ready they
// wait again before serving them. Here the loop waits on an epoll set of its own, which holds the daemon's epoll
// descriptor, the wake-up signal and the listening sockets, and calls `MHD_run`, which never waits. Clients are
// accepted here, too, and handed to the daemon one by one: so the limit of connections is exact, a listening
// socket that belongs to systemd is never shut down, and accepting can pause without a busy loop.
//
// Nothing in a loop is shared. Other threads reach it through its reply queue and the flags of `ServerState`,
// and wake it by its signal.
@safe final class EventLoop {
  private enum Tag {
    static let daemon: UInt64 = 0
    static let signal: UInt64 = 1
    static let listeners: UInt64 = 2
    /// And the descriptor.
    static let lingering: UInt64 = 1 << 32
    /// And the place.
    static let visitors: UInt64 = 2 << 32
  }

  /// How often in a row the daemon may say in vain that it has more to do: an answer that is resumed takes two runs.
  private static let maxIdleRuns = 3

  let index: Int
  let server: ServerState
  let statistics: EventLoopStatistics
  private let signal: WakeSignal
  private let replies: HTTPReplyQueue
  let mailbox: EventLoopMailbox
  private let epoll: EpollSet
  private let makeHandler: () -> any HTTPLoopHandler

  private(set) var handler: any HTTPLoopHandler = NoHandler()
  var connections = SlotTable<Connection>()
  /// Those that were answered and carry no request, in the order in which they became idle.
  var idleOrder = SlotOrder()
  /// Those whose head is not here as a whole, in the order of its beginning.
  var headOrder = SlotOrder()
  /// Clients who have not sent a request line yet, and their order.
  var visitors = SlotTable<Visitor>()
  var visitorOrder = SlotOrder()
  /// What a visitor has sent is copied here to look at it.
  var greeting: [UInt8] = []
  /// By their descriptors.
  var lingering: [Int32: LingeringSocket] = [:]
  var requestsBegun: UInt64 = 0
  /// What a client may cost, as of the present turn.
  private(set) var limits: HTTPLimits
  /// The sockets that are on their way into the daemon, by their descriptors. 0.9.75 makes a connection of one at
  /// once, 1.0 when it runs.
  var socketsBeingAdded: [Int32: AcceptedSocket] = [:]
  /// Whether a callback did something in the present run of the daemon.
  var madeProgress = false
  /// How many connections wait for an answer without being suspended.
  var waitingInDaemon = 0
  /// How many runs in a row did nothing that a callback could see, though the daemon has more to do.
  private var idleRuns = 0
  /// The clock at the beginning of the present turn.
  private(set) var now = MonotonicTime.now()
  private var daemon: MHDDaemon?
  private var acceptor: Acceptor
  private var readyTags: [UInt64] = []
  private var nextScan = MonotonicTime.distantFuture
  private(set) var isDraining = false
  private var limitsVersion = 0

  init(
    index: Int,
    server: ServerState,
    signal: WakeSignal,
    replies: HTTPReplyQueue,
    statistics: EventLoopStatistics,
    listeners: [ListeningSocket],
    service: any HTTPService
  ) throws(HTTPServerError) {
    self.index = index
    self.server = server
    self.statistics = statistics
    self.signal = signal
    self.replies = replies
    mailbox = server.mailbox(of: index)
    limits = server.limits
    makeHandler = { service.makeLoopHandler(loop: index, replies: replies) }
    acceptor = Acceptor(listeners: listeners, tagBase: Tag.listeners)
    epoll = try EpollSet()
    let daemon = try MHDDaemon(for: self, poolBytes: server.poolBytes)
    self.daemon = daemon
    try epoll.watch(daemon.epollDescriptor, tag: Tag.daemon)
    try epoll.watch(signal.descriptor, tag: Tag.signal)
    try acceptor.start(in: epoll)
  }

  /// The thread's whole life.
  func run() {
    handler = makeHandler()
    while !isOver { turn() }
    end()
  }

  private var isOver: Bool {
    guard isDraining, let deadline = server.stopDeadline else { return false }
    return mailbox.load == 0 || now >= deadline
  }

  private func turn() {
    epoll.wait(milliseconds: waitMilliseconds(), into: &readyTags)
    now = .now()
    applyServerState()
    for tag in readyTags {
      switch tag {
      case Tag.daemon: break
      case Tag.signal: answerSignal()
      case Tag.visitors...: hear(visitorAt: Int(tag - Tag.visitors))
      case Tag.lingering...: discard(from: Int32(tag - Tag.lingering))
      default: accept(tag)
      }
    }
    deliverReplies()
    madeProgress = false
    daemon?.run()
    handler.turnEnded()
    showWaiting()
    if now >= nextScan {
      enforceTimeLimits(isLate: now.seconds(since: nextScan) >= limits.scanIntervalSeconds)
      endSilentVisitors()
      closeFinished()
      refuseUnreadable()
      endLingering()
      scheduleScan()
    }
  }

  /// How long nothing can happen that the epoll set does not tell.
  private func waitMilliseconds() -> Int32 {
    if daemon?.hasMore == true {
      idleRuns = madeProgress ? 0 : idleRuns + 1
      // While requests wait for their answers inside the daemon it always claims to have more to do, and so it does
      // for a body that it cannot read on. It has when the last run did something; otherwise a look each millisecond
      // is for the rare case that it was right.
      return idleRuns <= (waitingInDaemon == 0 ? Self.maxIdleRuns : 0) ? 0 : 1
    }
    idleRuns = 0
    let wakeTime =
      [nextScan, acceptor.wakeTime, isDraining ? server.stopDeadline : nil]
      .compactMap(\.self).min() ?? .distantFuture
    guard wakeTime != .distantFuture else { return -1 }
    return Int32(min(60_000, max(0, wakeTime.seconds(since: .now()) * 1000).rounded(.up)))
  }

  private func accept(_ tag: UInt64) {
    acceptor.accept(
      tag: tag,
      in: epoll,
      server: server,
      adopt: { [self] socket in assignToLoop(socket) },
      refused: { [self] in statistics.update { $0.connectionsRefused += 1 } },
      full: { [self] in makeRoom() }
    )
  }

  private func answerSignal() {
    signal.clear()
    mailbox.take().forEach(adopt)
    yieldPlace(of: mailbox.takeWantedRanks())
    mailbox.answerHeartbeats()
  }

  /// Gives a client to the loop that has the fewest.
  private func assignToLoop(_ socket: AcceptedSocket) {
    let lightest = server.takePlace(startingAt: index)
    if lightest !== mailbox {
      if lightest.leave(socket) { return }
      lightest.connectionRemoved()
      mailbox.connectionAdded()
    }
    adopt(socket)
  }

  private func adopt(_ socket: AcceptedSocket) {
    receive(socket)
    if nextScan == .distantFuture { scheduleScan() }
  }

  /// Gives a client whose request line is here to the daemon.
  func serve(_ socket: AcceptedSocket) {
    socketsBeingAdded[socket.descriptor] = socket
    let isTaken = daemon?.add(socket) == true
    if !isTaken, socketsBeingAdded.removeValue(forKey: socket.descriptor) != nil {
      // The daemon closed it without making a connection of it.
      statistics.update { $0.connectionsOpen -= 1 }
      forget(socket.remoteAddress)
    }
  }

  /// Gives back the place of a client that is gone.
  func forget(_ address: RemoteAddress) {
    mailbox.connectionRemoved()
    server.ledger.dismiss(address)
    server.ledger.release()
  }

  /// False when the system refuses.
  func watch(_ socket: LingeringSocket) -> Bool {
    do throws(HTTPServerError) {
      try epoll.watch(socket.descriptor, tag: Tag.lingering + UInt64(socket.descriptor))
      return true
    } catch {
      return false
    }
  }

  /// False when the system refuses.
  func watch(_ visitor: Visitor) -> Bool {
    do throws(HTTPServerError) {
      let tag = Tag.visitors + UInt64(visitor.slot)
      // Most have sent all of the line at once.
      if visitor.isWatchedOn {
        try epoll.watchAgain(visitor.descriptor, tag: tag, .atChanges)
      } else {
        try epoll.watch(visitor.descriptor, tag: tag, .once)
      }
      return true
    } catch {
      return false
    }
  }

  func unwatch(_ descriptor: Int32) { epoll.unwatch(descriptor) }

  private func applyServerState() {
    if server.limitsVersion != limitsVersion {
      limitsVersion = server.limitsVersion
      limits = server.limits
    }
    if !isDraining && server.isDraining {
      isDraining = true
      acceptor.stop(in: epoll)
      closeIdleConnections()
      hastenVisitors()
      shortenLingering()
    }
    acceptor.resume(in: epoll, now: now, ledger: server.ledger)
  }

  private func deliverReplies() {
    for make in replies.take() { make().forEach(deliver) }
  }

  private func deliver(_ reply: HTTPReply) {
    guard let connection = connections.connection(for: reply.token), connection.isAwaitingResponse else {
      return
    }
    answer(connection, with: reply.response)
  }

  private func scheduleScan() {
    nextScan =
      connections.isEmpty && visitors.isEmpty && lingering.isEmpty
      ? .distantFuture : now.advanced(bySeconds: limits.scanIntervalSeconds)
  }

  /// Gives the last answers, closes what is left and lets the daemon go.
  private func end() {
    replies.close()
    acceptor.stop(in: epoll)
    for socket in mailbox.close() {
      socket.close()
      forget(socket.remoteAddress)
    }
    visitors.all.forEach(dismiss)
    respondToAllWaiting()
    // Once to build the answers, once to write them.
    for _ in 0..<2 { daemon?.run() }
    daemon = nil
    for socket in Array(lingering.values) { end(socket) }
    for socket in socketsBeingAdded.values { forget(socket.remoteAddress) }
    server.loopEnded()
  }
}

/// Stands in until the loop's thread has made the real handler.
private final class NoHandler: HTTPLoopHandler {
  func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission { .respond(BuiltInResponses.unavailable) }

  func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
    .respond(BuiltInResponses.unavailable)
  }
}

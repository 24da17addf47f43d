import Pacing

// Clients from whom no request line has come yet. libmicrohttpd gets them with it, and so never sees what is no HTTP.
extension EventLoop {
  /// Lets a client in.
  func receive(_ socket: AcceptedSocket) {
    let deadline = now.advanced(bySeconds: isDraining ? Self.graceSeconds : limits.requestTimeoutSeconds)
    let visitor = visitors.insert { Visitor(socket, slot: $0, openedAt: now, deadline: deadline) }
    visitorOrder.append(visitor.slot)
    statistics.update { statistics in
      statistics.connectionsOpen += 1
      statistics.connectionsAccepted += 1
    }
    if !watch(visitor) { dismiss(visitor) }
  }

  /// Something has come from a visitor, or its end.
  func hear(visitorAt slot: Int) {
    if let visitor = visitors[slot] { look(at: visitor) }
  }

  /// Ends those who have not sent a request line in time, silently: they may be about to send it.
  func endSilentVisitors() {
    for visitor in visitors.all where visitor.deadline <= now {
      // What came while this thread could not look counts.
      look(at: visitor)
      guard visitors[visitor.slot] === visitor else { continue }
      if !isDraining { statistics.update { $0.connectionsIdledOut += 1 } }
      dismiss(visitor)
    }
  }

  /// A client that has sent nothing yet gets a moment more, as others that carry no request do.
  func hastenVisitors() {
    for visitor in visitors.all { visitor.deadline = min(visitor.deadline, graceDeadline) }
  }

  /// Closes without a word.
  func dismiss(_ visitor: Visitor) {
    remove(visitor)
    // First, so that a client that sees the end finds it counted.
    statistics.update { $0.connectionsOpen -= 1 }
    forget(visitor.remoteAddress)
    visitor.socket.close()
  }

  /// Finds out what a visitor has said so far, and does what follows.
  func look(at visitor: Visitor) {
    let maxLineBytes = limits.maxHeaderBytes
    if greeting.count != maxLineBytes + 1 { greeting = [UInt8](repeating: 0, count: maxLineBytes + 1) }
    while true {
      let count = visitor.peek(into: &greeting)
      if count == 0 { return dismiss(visitor) }
      switch Greeting(greeting[..<max(0, count)], maxLineBytes: maxLineBytes) {
      case .incomplete: return keepWaiting(for: visitor)
      case .request: return handOver(visitor)
      case .refused(let what): return refuse(visitor, what)
      case .proxyHeader(let header):
        guard !visitor.isAnnounced else { return refuse(visitor, .brokenProxyHeader) }
        guard server.trustsProxyHeader(visitor.remoteAddress) else {
          return refuse(visitor, .untrustedProxyHeader)
        }
        guard announce(visitor, header) else { return }
      }
    }
  }

  /// Takes a visitor for the client whom its proxy names; false when it was sent away.
  private func announce(_ visitor: Visitor, _ header: ProxyHeader) -> Bool {
    guard visitor.takeProxyHeader(byteCount: header.byteCount) else {
      dismiss(visitor)
      return false
    }
    guard let client = header.client else { return true }
    guard server.ledger.admit(client) else {
      statistics.update { $0.connectionsRefused += 1 }
      dismiss(visitor)
      return false
    }
    server.ledger.dismiss(visitor.remoteAddress)
    visitor.becomes(client)
    return true
  }

  private func keepWaiting(for visitor: Visitor) {
    if visitor.hasFinished { return dismiss(visitor) }
    guard !visitor.isWatchedOn else { return }
    visitor.isWatchedOn = true
    if !watch(visitor) { dismiss(visitor) }
  }

  private func handOver(_ visitor: Visitor) {
    // One that was told of only once is not told of again.
    if visitor.isWatchedOn { unwatch(visitor.descriptor) }
    remove(visitor)
    serve(visitor.socket)
  }

  private func refuse(_ visitor: Visitor, _ what: HTTPRefusedGreeting) {
    server.report(.greetingRefused(what, from: visitor.remoteAddress))
    statistics.update { $0.responsesByStatus[what.answer.status, default: 0] += 1 }
    unwatch(visitor.descriptor)
    remove(visitor)
    statistics.update { $0.connectionsOpen -= 1 }
    visitor.say(what.answer.bytes)
    if !linger(visitor) { forget(visitor.remoteAddress) }
  }

  private func remove(_ visitor: Visitor) {
    visitorOrder.remove(visitor.slot)
    visitors.remove(at: visitor.slot)
  }
}

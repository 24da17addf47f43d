import Pacing

// Answers, and requests that wait for theirs.
//
// A request that is answered later first stays in the daemon's list of ready connections: the daemon asks about
// it at each run, which is cheap, and the answer can be queued at any time. Suspending it instead would cost two
// calls of epoll_ctl(2) for each request, and libmicrohttpd 0.9.75 drops the answer of a client that has closed its
// sending side when such a connection is resumed. Only a request that waits longer than a moment is suspended,
// so that a slow store does not cost processor time; by then libmicrohttpd no longer reads from it, and its
// answer survives the half-closed connection, too.
extension EventLoop {
  private static let suspendAfterSeconds = 0.005

  /// Answers a request, now or after it has waited.
  func answer(_ connection: Connection, with response: HTTPResponse) {
    if connection.isAwaitingResponse && !connection.isSuspended { waitingInDaemon -= 1 }
    madeProgress = true
    if connection.isReadingHead || connection.isPausing { connection.leavesBytesUnread = true }
    countResponse(status: response.status, on: connection)
    if server.isDraining { connection.closesAfterResponse = true }
    connection.deadline = now.advanced(bySeconds: limits.requestTimeoutSeconds)
    connection.stage = .responding
    if !connection.queue(response) { connection.cut() }
  }

  func countResponse(status: Int, on connection: Connection) {
    let seconds = MonotonicTime.now().seconds(since: connection.startedAt)
    statistics.update { statistics in
      statistics.responsesByStatus[status, default: 0] += 1
      statistics.requestDuration.record(seconds: seconds)
    }
  }

  /// The service answers later.
  func beginWaiting(on connection: Connection) {
    waitingInDaemon += 1
    connection.stage = .awaitingResponse
    connection.deadline = now.advanced(bySeconds: limits.responseTimeoutSeconds)
    connection.suspendAt = now.advanced(bySeconds: Self.suspendAfterSeconds)
  }

  /// The daemon asks about a request that has no answer yet.
  func stillWaiting(on connection: Connection) {
    guard now >= connection.suspendAt else { return }
    waitingInDaemon -= 1
    connection.suspend()
  }

  /// Answers everything that waits, because the server ends.
  func respondToAllWaiting() {
    for connection in connections.all {
      switch connection.stage {
      case .awaitingResponse: respondUnavailable(connection)
      case .pausing(let response): answer(connection, with: response)
      case .idle, .readingHead, .readingBody, .discarding, .refusing, .responding, .cut: break
      }
    }
  }

  /// Answers a request that waits, instead of the service.
  func respondUnavailable(_ connection: Connection) {
    handler.respondedUnavailable(token(of: connection))
    answer(connection, with: server.unavailable)
  }
}

import Pacing

// Connections come and go, and are held to their time limits. libmicrohttpd's own limit only sees silence: a
// client that drips a byte a second holds its connection forever. Here each stage of a connection has a
// deadline, and a scan a few times a second ends what is past it.
extension EventLoop {
  // MARK: What the daemon reports

  /// A socket that was added has become a connection.
  func connectionOpened(_ handle: OpaquePointer, descriptor: Int32) -> Connection? {
    guard let socket = socketsBeingAdded.removeValue(forKey: descriptor) else { return nil }
    let deadline = now.advanced(bySeconds: limits.requestTimeoutSeconds)
    return connections.insert { slot in
      unsafe Connection(handle: handle, socket: socket, slot: slot, openedAt: now, deadline: deadline)
    }
  }

  /// A connection's descriptor is about to be closed.
  func connectionClosed(_ connection: Connection) {
    madeProgress = true
    idleOrder.remove(connection.slot)
    headOrder.remove(connection.slot)
    connections.remove(at: connection.slot)
    statistics.update { $0.connectionsOpen -= 1 }
    if !linger(connection) { forget(connection.remoteAddress) }
  }

  /// libmicrohttpd has something to say.
  func libraryReported(_ message: String) { server.report(.libraryMessage(message)) }

  /// libmicrohttpd is about to refuse a request. It does not say whose, and its answer would be a page of its own (and
  /// twice, in 0.9.75, for a length that it cannot read). Where only one connection can be meant, that gets ours.
  func libraryRefuses(status: Int) {
    statistics.update { statistics in
      statistics.requestsRefusedByLibrary += 1
      statistics.responsesByStatus[status == 414 ? 431 : status, default: 0] += 1
    }
    let suspects = connections.all.filter { mayBeRefusedByLibrary($0, status: status) }
    // Only one can be between the end of its head and our first call.
    let between = suspects.first { $0.isReadingHead && $0.headIsComplete }
    let culprit = between ?? (suspects.count == 1 ? suspects[0] : nil)
    server.report(.requestRefused(status: status, from: culprit?.remoteAddress))
    culprit?.cut(finalBytes: RawResponse(insteadOfLibrarys: status).bytes)
  }

  private func mayBeRefusedByLibrary(_ connection: Connection, status: Int) -> Bool {
    switch connection.stage {
    // The request line.
    case .idle: [400, 414, 505].contains(status)
    case .readingHead: status != 505
    case .readingBody, .discarding, .refusing: connection.isChunked && status != 505
    case .pausing, .awaitingResponse, .responding, .cut: false
    }
  }

  // MARK: Time limits

  /// Ends all that is past its deadline. `isLate` says that this thread could not look when it should have.
  func enforceTimeLimits(isLate: Bool) {
    for connection in connections.all where connection.deadline <= now {
      switch connection.stage {
      case .idle: endIdle(connection)
      case .readingHead, .readingBody, .discarding, .refusing: endUnfinished(connection, isLate: isLate)
      case .pausing(let response): answer(connection, with: response)
      case .responding:
        statistics.update { $0.requestsTimedOut += 1 }
        server.report(
          .answerNotTaken(limitSeconds: limits.requestTimeoutSeconds, by: connection.remoteAddress)
        )
        connection.cut()
      case .awaitingResponse:
        statistics.update { $0.overdueResponses += 1 }
        respondUnavailable(connection)
      case .cut: break
      }
    }
  }

  /// Ends a connection whose request is not here as a whole.
  private func endUnfinished(_ connection: Connection, isLate: Bool) {
    // What came while the process was stopped is more than one turn reads. A client that drips cannot make us late.
    if isLate, connection.hasUnreadBytes {
      connection.deadline = graceDeadline
      return
    }
    statistics.update { $0.requestsTimedOut += 1 }
    server.report(
      .requestTimedOut(
        limitSeconds: limits.requestTimeoutSeconds,
        headIsHere: !connection.isReadingHead,
        from: connection.remoteAddress
      )
    )
    // A body that is too long stays so. All else may be what it should be, and is only late.
    if case .refusing(let response) = connection.stage, response === BuiltInResponses.bodyTooLarge {
      end(connection, with: .bodyTooLarge)
    } else {
      end(connection, with: .unavailable)
    }
  }

  /// Ends a connection whose request is not here as a whole, with an answer.
  func end(_ connection: Connection, with answer: RawResponse) {
    statistics.update { $0.responsesByStatus[answer.status, default: 0] += 1 }
    connection.cut(finalBytes: answer.bytes)
  }

  /// Ends a connection that carries no request, without a word: the client may be about to send one, and would take that
  /// for its answer. Not even part of a request line gets one, because libmicrohttpd does not tell that it is here.
  private func endIdle(_ connection: Connection) {
    // What is in the socket already is read, and answered if it is a request; in a drain that closes the connection.
    // Where nothing came of it the moment is not given again.
    if connection.hasUnreadBytes, connection.leftUnreadAt <= connection.heardAt {
      connection.leftUnreadAt = now
      connection.deadline = graceDeadline
      return
    }
    if !isDraining { statistics.update { $0.connectionsIdledOut += 1 } }
    connection.cut()
  }

  /// Ends connections whose clients send nothing more, where libmicrohttpd, which waits for changes only, does not
  /// look again: the end came together with other bytes. Those may have been a whole request, a part of one, or not
  /// even a request line, of which nobody tells us.
  func closeFinished() {
    for connection in connections.all where isStalled(connection) && connection.peerHasFinished {
      if !connection.isIdle, !isDraining {
        server.report(
          .requestBrokenOff(headIsHere: !connection.isReadingHead, from: connection.remoteAddress)
        )
      }
      connection.cut()
    }
  }

  /// Ends requests whose body libmicrohttpd has stopped reading: the line of a chunk's size fills its memory and has no
  /// end. It tells nobody, and would ask to be run again and again until the request's time is over. Bytes that lie
  /// unread at one look may have come a moment ago; those of a sound body are read, and heard of, before the next.
  func refuseUnreadable() {
    for connection in connections.all where connection.isReadingBody && isStalled(connection) {
      // Where libmicrohttpd has refused the rest itself, that answer is on its way.
      guard connection.hasUnreadBytes, connection.queuedStatus == nil else { continue }
      guard connection.leftUnreadAt > connection.heardAt else {
        connection.leftUnreadAt = now
        continue
      }
      end(connection, with: .badRequest)
    }
  }

  /// Whether it is the client's turn, and whatever has arrived was read long ago.
  private func isStalled(_ connection: Connection) -> Bool {
    connection.awaitsClient && now.seconds(since: connection.heardAt) >= limits.scanIntervalSeconds
  }

  /// Gives connections that carry no request a moment more. A client that is about to send one, because nothing has
  /// told it yet that the server ends, is answered and told so; closing at once would lose that request.
  func closeIdleConnections() {
    for connection in connections.all where connection.isIdle {
      connection.deadline = min(connection.deadline, graceDeadline)
    }
  }

  /// When a connection is ended that gets a moment more: one that is idle during a drain, or had bytes unread at its end.
  var graceDeadline: MonotonicTime { now.advanced(bySeconds: Self.graceSeconds) }

  static var graceSeconds: Double { 1 }
}

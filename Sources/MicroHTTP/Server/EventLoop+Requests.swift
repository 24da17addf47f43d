import Pacing
import Synchronization

// A request's way through a loop, as libmicrohttpd reports it: a request line, a complete head, pieces of a
// body, the whole request, its end. The framing is checked once, at the head; whatever is refused there is
// answered at once, and then libmicrohttpd closes the connection: there is never a second answer.
extension EventLoop {
  /// A refused request's body up to this length is read and dropped, which keeps the connection.
  private static let maxDroppedBodyBytes = 64 << 10
  /// What is reserved for a body before any of it is here: a length is only a promise.
  private static let maxReservedBodyBytes = 64 << 10
  /// How long a client that awaits leave to send its body awaits a refusal; clients of ours wait a second.
  private static let pauseSeconds = 0.2

  // MARK: What the daemon reports

  /// A request line is here.
  func requestBegan(on connection: Connection, target: RequestTarget) {
    madeProgress = true
    requestsBegun += 1
    connection.requestNumber = requestsBegun
    connection.target = target
    connection.closesAfterResponse = false
    connection.isChunked = false
    idleOrder.remove(connection.slot)
    headOrder.append(connection.slot)
    connection.deadline = now.advanced(bySeconds: limits.requestTimeoutSeconds)
    connection.stage = .readingHead
    connection.heardAt = now
  }

  /// The head is here, or the whole request; called again and again until an answer is queued. False closes the
  /// connection without an answer.
  func requestAdvanced(on connection: Connection, request: LiveRequest) -> Bool {
    switch connection.stage {
    case .readingHead: headArrived(on: connection, request)
    case .readingBody: requestArrived(on: connection, request)
    case .discarding(let response): answer(connection, with: response)
    case .refusing(let response): respondToRejected(connection, with: response, to: request)
    case .awaitingResponse: stillWaiting(on: connection)
    case .pausing, .responding: break
    case .idle, .cut: return false
    }
    return true
  }

  /// A piece of the body is here.
  func bodyArrived(on connection: Connection, piece: UnsafeRawBufferPointer) -> Bool {
    madeProgress = true
    connection.bodyBytesArrived += piece.count
    connection.heardAt = now
    switch connection.stage {
    case .readingBody(let maxBytes):
      unsafe keep(piece, on: connection, maxBytes: maxBytes)
    case .refusing(let response) where response === BuiltInResponses.bodyTooLarge:
      // Only a chunked body gets here. A client that does not end it is cut off.
      if (connection.bodyBytesArrived - Self.maxDroppedBodyBytes) / 2 > connection.maxBodyBytes {
        end(connection, with: .bodyTooLarge)
      }
    case .discarding, .refusing: break
    case .idle, .readingHead, .pausing, .awaitingResponse, .responding, .cut: return false
    }
    return true
  }

  /// The answer has been written, or the request was given up.
  func requestEnded(on connection: Connection) {
    madeProgress = true
    releaseBody(of: connection)
    connection.requestNumber = 0
    switch connection.stage {
    case .awaitingResponse where !connection.isSuspended: waitingInDaemon -= 1
    case .readingHead, .readingBody, .discarding, .refusing:
      // We have not answered: if somebody has, it was libmicrohttpd.
      if connection.queuedStatus != nil {
        connection.leavesBytesUnread = true
      } else if !isDraining {
        server.report(
          .requestBrokenOff(headIsHere: !connection.isReadingHead, from: connection.remoteAddress)
        )
      }
    case .cut: return
    case .idle, .pausing, .awaitingResponse, .responding: break
    }
    connection.stage = .idle
    connection.heardAt = now
    headOrder.remove(connection.slot)
    idleOrder.append(connection.slot)
    // Its answer may have been queued before the drain began, without a word about closing.
    connection.deadline =
      isDraining ? graceDeadline : now.advanced(bySeconds: limits.idleTimeoutSeconds)
  }

  // MARK: Steps

  private func headArrived(on connection: Connection, _ live: LiveRequest) {
    madeProgress = true
    headOrder.remove(connection.slot)
    connection.startedAt = .now()
    statistics.update { $0.requests += 1 }
    let framing: Framing
    do throws(FramingFault) {
      framing = try FramingCheck.inspect(live, target: connection.target, by: server.framingRules)
    } catch {
      return respondToRejected(connection, with: BuiltInResponses.badRequest, to: live)
    }
    guard live.headerBytes <= limits.maxHeaderBytes else {
      return respondToRejected(connection, with: BuiltInResponses.headersTooLarge, to: live)
    }
    // libmicrohttpd is lenient about chunks, so nothing that follows them is taken for a request.
    connection.isChunked = framing.isChunked
    connection.closesAfterResponse = framing.isChunked
    guard server.bodyBytesInFlight.load(ordering: .relaxed) <= limits.maxBodyBytesInFlight else {
      let fields = handler.refused(request(live, on: connection), status: server.unavailable.status)
      return refuse(connection, with: server.unavailable.adding(fields), framing)
    }
    switch handler.admit(request(live, on: connection)) {
    case .respond(let response): refuse(connection, with: response, framing)
    case .receiveBody(let maxBytes): receiveBody(on: connection, maxBytes: maxBytes, live, framing)
    }
  }

  /// Gives an answer of the server's own.
  private func respondToRejected(_ connection: Connection, with response: HTTPResponse, to live: LiveRequest)
  {
    let fields = handler.refused(request(live, on: connection), status: response.status)
    answer(connection, with: response.adding(fields))
  }

  private func receiveBody(
    on connection: Connection,
    maxBytes: Int,
    _ live: LiveRequest,
    _ framing: Framing
  ) {
    let length = framing.contentLength ?? 0
    guard length <= maxBytes else {
      let fields = handler.refused(
        request(live, on: connection),
        status: BuiltInResponses.bodyTooLarge.status
      )
      return answerEarly(connection, with: BuiltInResponses.bodyTooLarge.adding(fields), framing)
    }
    connection.body.reserveCapacity(min(length, Self.maxReservedBodyBytes))
    connection.maxBodyBytes = maxBytes
    connection.stage = .readingBody(maxBytes: maxBytes)
  }

  /// Answers without the body. libmicrohttpd closes a connection that is answered before the request is over, so
  /// a short body is dropped first; a client that waits for leave to send it, or sends much, is answered now.
  private func refuse(_ connection: Connection, with response: HTTPResponse, _ framing: Framing) {
    let isShort = !framing.isChunked && (framing.contentLength ?? 0) <= Self.maxDroppedBodyBytes
    if framing.hasNoBody || isShort && !framing.expectsContinue {
      connection.stage = .discarding(response)
    } else {
      answerEarly(connection, with: response, framing)
    }
  }

  /// Answers before the body. Not at once where leave is awaited to send it: proxies written in Go ask their own client
  /// for the body whatever we say, and until Go 1.23 they crash when they have our answer before they have begun to
  /// (https://github.com/golang/go/issues/53808).
  private func answerEarly(_ connection: Connection, with response: HTTPResponse, _ framing: Framing) {
    guard framing.expectsContinue else { return answer(connection, with: response) }
    connection.deadline = now.advanced(bySeconds: Self.pauseSeconds)
    connection.stage = .pausing(response)
    connection.suspend()
  }

  private func keep(_ piece: UnsafeRawBufferPointer, on connection: Connection, maxBytes: Int) {
    guard connection.body.count + piece.count <= maxBytes else {
      releaseBody(of: connection)
      connection.closesAfterResponse = true
      connection.stage = .refusing(BuiltInResponses.bodyTooLarge)
      return
    }
    unsafe connection.body.append(contentsOf: piece)
    connection.bodyBytesCounted += piece.count
    let inFlight = server.bodyBytesInFlight.add(piece.count, ordering: .relaxed).newValue
    if inFlight > limits.maxBodyBytesInFlight {
      releaseBody(of: connection)
      connection.closesAfterResponse = true
      connection.stage = .refusing(server.unavailable)
    }
  }

  private func requestArrived(on connection: Connection, _ live: LiveRequest) {
    madeProgress = true
    let body = connection.takeBody()
    // The handler may be asked for a reply to this request before it returns; it comes through the queue.
    switch handler.handle(request(live, on: connection), body: body) {
    case .respond(let response): answer(connection, with: response)
    case .respondLater: beginWaiting(on: connection)
    }
  }

  private func request(_ live: LiveRequest, on connection: Connection) -> HTTPRequest {
    HTTPRequest(
      live,
      token: token(of: connection),
      remoteAddress: connection.remoteAddress,
      query: connection.target.query
    )
  }

  /// The name of the request that is on a connection.
  func token(of connection: Connection) -> HTTPRequestToken {
    HTTPRequestToken(loop: index, slot: connection.slot, number: connection.requestNumber)
  }

  private func releaseBody(of connection: Connection) {
    connection.body = []
    connection.bodyBytesArrived = 0
    if connection.bodyBytesCounted > 0 {
      server.bodyBytesInFlight.subtract(connection.bodyBytesCounted, ordering: .relaxed)
      connection.bodyBytesCounted = 0
    }
  }
}

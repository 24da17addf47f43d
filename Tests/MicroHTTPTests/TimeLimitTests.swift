import Pacing
import Synchronization
import Testing

@testable import MicroHTTP

@Suite("Slow clients and slow services")
struct TimeLimitTests {
  private static let limits = HTTPLimits(
    requestTimeoutSeconds: 0.3,
    idleTimeoutSeconds: 0.3,
    responseTimeoutSeconds: 0.3
  )

  /// Sends a byte every 20 ms until the server has had enough, and gives what it said.
  private func drip(_ start: String, _ client: RawClient) throws -> String {
    client.send(start)
    let began = MonotonicTime.now()
    while client.send("x"), MonotonicTime.now().seconds(since: began) < 9 {
      blockThread(milliseconds: 20)
    }
    #expect(MonotonicTime.now().seconds(since: began) < 9)
    return try client.readToEnd()
  }

  @Test(arguments: [
    "POST / HTTP/1.1\r\nHost: h\r\nX: ",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
  ])
  func aDrippingClientIsEnded(start: String) async throws {
    let service = TestService()
    try await withServer(service, limits: Self.limits) { server, address in
      _ = try drip(start, RawClient(address))
      #expect(server.statistics.requestsTimedOut == 1)
      #expect(server.statistics.responsesByStatus[503] == 1)
    }
    #expect(service.seen.isEmpty)
  }

  @Test(arguments: ["", "POST /"])
  func aDrippingRequestLineIsEndedSilently(start: String) async throws {
    try await withServer(TestService(), limits: Self.limits) { server, address in
      let heard = try drip(start, RawClient(address))
      #expect(heard == "")
      #expect(server.statistics.connectionsIdledOut == 1)
      #expect(server.statistics.responsesByStatus == [:])
    }
  }

  @Test(arguments: [
    "POST / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf",
  ])
  func aStalledRequestIsAnsweredSoThatItIsSentAgain(start: String) async throws {
    let log = Log<HTTPDiagnostic>()
    try await withServer(TestService(), limits: Self.limits, onDiagnostic: { log.append($0) }) { _, address in
      let client = try RawClient(address)
      client.send(start)
      let answer = try client.answer()
      #expect(answer.status == 503)
      #expect(answer.body == #"{"error":"unavailable"}"#)
      #expect(answer.header("Retry-After") != nil)
      #expect(answer.header("Content-Type") == "application/json")
      #expect(answer.header("Connection") == "close")
      #expect(try client.isClosedByServer())
    }
    let expected = HTTPDiagnostic.requestTimedOut(
      limitSeconds: 0.3,
      headIsHere: start.hasSuffix("half"),
      from: .ipv4(0x7f00_0001)
    )
    #expect(log.lines == [expected])
  }

  @Test(arguments: ["Content-Length: 2000", "Transfer-Encoding: chunked"])
  func aBodyThatIsTooLongAndStallsStaysTooLong(field: String) async throws {
    let service = TestService(admit: { _ in .receiveBody(maxBytes: 10) })
    try await withServer(service, limits: Self.limits) { server, address in
      let client = try RawClient(address)
      client.send("POST / HTTP/1.1\r\nHost: h\r\n\(field)\r\n\r\n10\r\n0123456789abcdef\r\n")
      #expect(try client.answer().status == 413)
      #expect(server.statistics.responsesByStatus == [413: 1])
    }
  }

  /// As it is when the process was stopped: more than one turn reads lies in the socket, and the time is over. What had
  /// come before is a part of the head, or of the body.
  @Test(arguments: [30, 4000])
  func aRequestWhoseRestCameWhileTheLoopStoodStillIsServed(bytesBefore: Int) async throws {
    let loop = Mutex((isStopped: false, mayGoOn: false))
    let service = TestService(handle: { request in
      guard request.path == "/stop" else {
        return .respond(HTTPResponse(status: 200, json: "\(request.body.count)"))
      }
      loop.withLock { $0.isStopped = true }
      while !loop.withLock(\.mayGoOn) { blockThread(milliseconds: 1) }
      return .respond(echo(request))
    })
    try await withServer(service, limits: Self.limits, loops: 1) { server, address in
      let request = Array(post(body: String(repeating: "x", count: 60_000)).utf8)
      let client = try RawClient(address)
      client.send(Array(request.prefix(bytesBefore)))
      // The turn that answers a second time has read it.
      for _ in 0..<2 { await server.heartbeat() }
      let stopper = try RawClient(address)
      stopper.send(post("/stop"))
      while !loop.withLock(\.isStopped) { await Task.yield() }
      client.send(Array(request.dropFirst(bytesBefore)))
      blockThread(milliseconds: 600)
      loop.withLock { $0.mayGoOn = true }
      let answer = try client.answer()
      #expect(answer.status == 200)
      #expect(answer.body == "60000")
      #expect(server.statistics.requestsTimedOut == 0)
    }
  }

  @Test(arguments: [
    "P", "POST / HTTP/1.1", "POST / HTTP/1.1\r", "POST / HTTP/1.1\r\n", "\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nX", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
  ])
  func whoLeavesInsideARequestKeepsNoConnection(start: String) async throws {
    let service = TestService()
    let patient = HTTPLimits(requestTimeoutSeconds: 600, idleTimeoutSeconds: 600)
    try await withServer(service, limits: patient) { server, address in
      // The end often comes together with the last bytes, and then libmicrohttpd misses it.
      for _ in 0..<6 {
        let client = try RawClient(address)
        client.send(start)
        client.finishSending()
        _ = try client.readToEnd()
      }
      while server.statistics.connectionsOpen > 0 { await Task.yield() }
      #expect(server.statistics.bodyBytesInFlight == 0)
      #expect(server.statistics.requestsTimedOut == 0)
    }
    #expect(service.seen.isEmpty)
  }

  @Test(arguments: [
    "POST / HTTP/1.1\r\nHost: h\r\nX", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf",
  ])
  func whoLeavesInsideARequestIsNamed(start: String) async throws {
    let log = Log<HTTPDiagnostic>()
    try await withServer(TestService(), onDiagnostic: { log.append($0) }) { server, address in
      for hasTime in [true, false] {
        let client = try RawClient(address)
        client.send(start)
        if hasTime {
          while server.statistics.connectionsAccepted == 0 { await Task.yield() }
          await server.heartbeat()
        }
        client.finishSending()
        _ = try client.readToEnd()
      }
      while server.statistics.connectionsOpen > 0 { await Task.yield() }
    }
    let expected = HTTPDiagnostic.requestBrokenOff(
      headIsHere: start.hasSuffix("half"),
      from: .ipv4(0x7f00_0001)
    )
    #expect(log.lines == [expected])
  }

  /// A proxy that keeps it for later would take that for the answer to what it sends at that moment.
  @Test func aConnectionThatWasNeverUsedIsClosedSilently() async throws {
    try await withServer(TestService(), limits: Self.limits) { server, address in
      let client = try RawClient(address)
      #expect(try client.isClosedByServer())
      #expect(server.statistics.connectionsIdledOut == 1)
      #expect(server.statistics.requestsTimedOut == 0)
      #expect(server.statistics.responsesByStatus == [:])
    }
  }

  @Test func theFirstRequestOfAConnectionHasItsOwnTime() async throws {
    let limits = HTTPLimits(requestTimeoutSeconds: 1)
    try await withServer(TestService(), limits: limits, loops: 1) { server, address in
      let client = try RawClient(address)
      let silent = try RawClient(address)
      while server.statistics.connectionsOpen < 2 { await Task.yield() }
      var patient = limits
      patient.requestTimeoutSeconds = 600
      try server.replaceLimits(with: patient)
      await server.heartbeat()
      client.send("POST /late HTTP/1.1\r\n")
      // Opened later, so that its end says that the time since the opening is over for the other one, too.
      #expect(try silent.isClosedByServer())
      client.send("Host: h\r\nContent-Length: 0\r\n\r\n")
      #expect(try client.answer().status == 200)
    }
  }

  @Test func anIdleConnectionIsClosedSilently() async throws {
    try await withServer(TestService(), limits: HTTPLimits(idleTimeoutSeconds: 0.3)) { server, address in
      let client = try RawClient(address)
      client.send(post(body: "x"))
      #expect(try client.answer().status == 200)
      #expect(try client.isClosedByServer())
      #expect(server.statistics.connectionsIdledOut == 1)
      #expect(server.statistics.requestsTimedOut == 0)
    }
  }

  @Test func aClientThatNeverReadsIsEnded() async throws {
    let big = HTTPResponse(status: 200, body: [UInt8](repeating: 0x78, count: 64 << 20))
    try await withServer(TestService(handle: { _ in .respond(big) }), limits: Self.limits) {
      server,
      address in
      let client = try RawClient(address)
      client.send(post())
      while server.statistics.requestsTimedOut == 0 { await Task.yield() }
      #expect(try client.readToEnd().utf8.count < 64 << 20)
    }
  }

  @Test(arguments: [0.02, 0.3])
  func anOverdueAnswerIs503AndTheLateOneIsDropped(responseTimeoutSeconds: Double) async throws {
    let service = TestService(handle: { $0.path == "/first" ? .respondLater : .respond(echo($0)) })
    var limits = HTTPLimits()
    limits.responseTimeoutSeconds = responseTimeoutSeconds
    try await withServer(service, limits: limits) { server, address in
      let client = try RawClient(address)
      client.send(post("/first"))
      let late = await service.takePending(1)
      let answer = try client.answer()
      #expect(answer.status == 503)
      #expect(answer.header("Retry-After") == "5")
      late.forEach { $0.answer(200, #""late""#) }

      client.send(post("/second", body: "x"))
      #expect(try client.answer().body == "POST /second - x")
      #expect(server.statistics.overdueResponses == 1)
    }
  }

  @Test func aRequestThatWaitsForTheServiceIsNotCutAsSlow() async throws {
    let service = TestService.waiting()
    let limits = HTTPLimits(requestTimeoutSeconds: 1, responseTimeoutSeconds: 30)
    try await withServer(service, limits: limits) { _, address in
      let client = try RawClient(address)
      client.send(post())
      let pending = await service.takePending(1)
      // Opened later, so that its end says that the limit is over for the first one.
      let silent = try RawClient(address)
      #expect(try silent.isClosedByServer())
      pending.forEach { $0.answer() }
      #expect(try client.answer().status == 200)
    }
  }
}

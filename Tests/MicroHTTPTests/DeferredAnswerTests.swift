import Testing

@testable import MicroHTTP

@Suite("Answers that come later")
struct DeferredAnswerTests {
  /// libmicrohttpd's own epoll threads hang when exactly 128 sockets are ready and all clients wait.
  @Test(arguments: [128, 256, 1000], [1, 2])
  func manyConnectionsReadyAtOnceAreAllServed(count: Int, loops: Int) async throws {
    try raiseDescriptorLimit(to: 4096)
    let service = TestService.waiting()
    let limits = HTTPLimits(maxConnections: 1000, requestTimeoutSeconds: 60, responseTimeoutSeconds: 60)
    try await withServer(service, limits: limits, loops: loops) { server, address in
      let clients = try (0..<count).map { _ in try RawClient(address) }
      for round in 1...2 {
        for client in clients { client.send(post("/\(round)", body: "x")) }
        let pending = await service.takePending(count)
        #expect(server.statistics.connectionsOpen == count)
        // One batch for each loop, as a store hands them back.
        for batch in Dictionary(grouping: pending, by: \.token.loop).values {
          let response = HTTPResponse(status: 200, json: "\(round)")
          batch[0].replies.send(batch.map { HTTPReply($0.token, response) })
        }
        for client in clients { #expect(try client.answer().body == "\(round)") }
      }
    }
  }

  /// The first wait ends before the connection is suspended, the second long after.
  @Test(arguments: [0, 60])
  func pipelinedRequestsWaitForEachOther(waitMilliseconds: Int32) async throws {
    let service = TestService.waiting()
    try await withServer(service) { _, address in
      let client = try RawClient(address)
      client.send((1...5).map { post("/\($0)", body: "x") }.joined())
      for number in 1...5 {
        let pending = await service.takePending(1)
        #expect(pending.map(\.request.path) == ["/\(number)"])
        blockThread(milliseconds: waitMilliseconds)
        pending.forEach { $0.answer(200, "\(number)") }
        #expect(try client.answer().body == "\(number)")
      }
    }
  }

  @Test(arguments: [0, 60])
  func aHalfClosedClientGetsItsAnswer(waitMilliseconds: Int32) async throws {
    let service = TestService.waiting()
    try await withServer(service) { _, address in
      let client = try RawClient(address)
      client.send(post(body: "all I say"))
      client.finishSending()
      let pending = await service.takePending(1)
      blockThread(milliseconds: waitMilliseconds)
      pending.forEach { $0.answer(200, #""heard""#) }
      #expect(try client.answer().body == #""heard""#)
      #expect(try client.isClosedByServer())
    }
  }

  @Test(arguments: [0, 60])
  func aReplyForAClientThatIsGoneIsDropped(waitMilliseconds: Int32) async throws {
    let service = TestService.waiting()
    try await withServer(service) { server, address in
      for _ in 0..<20 {
        let client = try RawClient(address)
        client.send(post(body: "x"))
        let pending = await service.takePending(1)
        client.reset()
        blockThread(milliseconds: waitMilliseconds)
        pending.forEach { $0.answer() }
        pending.forEach { $0.answer() }
      }
      while server.statistics.connectionsOpen > 0 { await Task.yield() }
      #expect(server.statistics.bodyBytesInFlight == 0)
      let client = try RawClient(address)
      client.send(post(body: "x"))
      await service.takePending(1).forEach { $0.answer() }
      #expect(try client.answer().status == 200)
    }
  }

  @Test func aReplyAnswersItsOwnRequestOnly() async throws {
    let service = TestService.waiting()
    try await withServer(service, loops: 1) { _, address in
      let client = try RawClient(address)
      client.send(post("/1"))
      let first = await service.takePending(1)[0]
      first.answer(200, "1")
      #expect(try client.answer().body == "1")
      client.send(post("/2"))
      let second = await service.takePending(1)[0]
      first.answer(200, #""again""#)
      second.answer(200, "2")
      #expect(try client.answer().body == "2")
    }
  }

  @Test func otherClientsAreServedWhileOneWaits() async throws {
    let service = TestService(handle: { $0.path == "/wait" ? .respondLater : .respond(echo($0)) })
    try await withServer(service, loops: 1) { _, address in
      let waiting = try RawClient(address)
      waiting.send(post("/wait"))
      let pending = await service.takePending(1)
      let other = try RawClient(address)
      for number in 1...100 {
        other.send(post("/\(number)", body: String(repeating: "x", count: 20_000)))
        #expect(try other.answer().status == 200)
      }
      pending.forEach { $0.answer() }
      #expect(try waiting.answer().status == 200)
    }
  }

  @Test func repliesAfterTheEndAreDropped() async throws {
    let service = TestService.waiting()
    let server = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)]),
      service: service
    )
    let client = try RawClient(server.boundAddresses[0])
    client.send(post())
    let pending = await service.takePending(1)
    await server.stop(deadlineSeconds: 0)
    pending.forEach { $0.answer() }
    #expect(try client.answer().status == 503)
    #expect(try client.isClosedByServer())
  }
}

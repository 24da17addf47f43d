import Testing

@testable import MicroHTTP

@Suite("The end of a server")
struct DrainTests {
  private func start(_ service: TestService) throws -> HTTPServer {
    try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)], loops: 2),
      service: service
    )
  }

  @Test func drainingEndsIdleConnectionsAndLetsOthersFinish() async throws {
    let service = TestService(handle: { $0.path == "/wait" ? .respondLater : .respond(echo($0)) })
    try await withServer(service) { server, address in
      let idle = try RawClient(address)
      idle.send(post(body: "x"))
      #expect(try idle.answer().status == 200)
      let half = try RawClient(address)
      half.send("POST /half HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
      #expect(try half.answer().status == 100)
      let waiting = try RawClient(address)
      waiting.send(post("/wait"))
      let pending = await service.takePending(1)

      server.beginDraining()
      #expect(try idle.isClosedByServer())
      half.send("body")
      let answer = try half.answer()
      #expect(answer.body == "POST /half - body")
      #expect(answer.header("Connection") == "close")
      #expect(try half.isClosedByServer())
      pending.forEach { $0.answer() }
      #expect(try waiting.answer().header("Connection") == "close")
      await server.stop(deadlineSeconds: 30)
      #expect(server.statistics.connectionsOpen == 0)
    }
  }

  @Test func aRequestOnAConnectionThatWasIdleWhenTheDrainBeganIsAnswered() async throws {
    try await withServer(TestService(handle: { .respond(echo($0)) })) { server, address in
      let clients = try (0..<4).map { _ in try RawClient(address) }
      for client in clients.dropFirst() {
        client.send(post(body: "x"))
        #expect(try client.answer().status == 200)
      }
      server.beginDraining()
      for client in clients {
        client.send(post(body: "last"))
        let answer = try client.answer()
        #expect(answer.status == 200)
        #expect(answer.header("Connection") == "close")
        #expect(try client.isClosedByServer())
      }
      await server.stop(deadlineSeconds: 30)
    }
  }

  @Test func newClientsAreNotServedWhileDraining() async throws {
    let service = TestService.waiting()
    try await withServer(service) { server, address in
      let waiting = try RawClient(address)
      waiting.send(post())
      let pending = await service.takePending(1)
      server.beginDraining()
      let late = try RawClient(address)
      late.send(post("/late"))
      pending.forEach { $0.answer() }
      #expect(try waiting.answer().status == 200)
      await server.stop(deadlineSeconds: 30)
      #expect(throws: ClientError.self) { try late.answer() }
      #expect(server.statistics.requests == 1)
    }
  }

  @Test func stoppingWaitsForWhatIsInFlight() async throws {
    let service = TestService.waiting()
    let server = try start(service)
    let client = try RawClient(server.boundAddresses[0])
    client.send(post())
    let pending = await service.takePending(1)
    async let stopped: Void = server.stop(deadlineSeconds: 30)
    pending.forEach { $0.answer() }
    #expect(try client.answer().status == 200)
    await stopped
    #expect(throws: ClientError.self) { try RawClient(server.boundAddresses[0]) }
  }

  @Test(arguments: [0, 60])
  func atTheDeadlineWaitingRequestsAreAnsweredAndNothingAborts(waitMilliseconds: Int32) async throws {
    let service = TestService.waiting()
    let server = try start(service)
    let clients = try (0..<50).map { _ in try RawClient(server.boundAddresses[0]) }
    for client in clients { client.send(post(body: "x")) }
    let pending = await service.takePending(50)
    blockThread(milliseconds: waitMilliseconds)
    await server.stop(deadlineSeconds: 0.05)
    for client in clients {
      let answer = try client.answer()
      #expect(answer.status == 503)
      #expect(answer.header("Connection") == "close")
      #expect(try client.isClosedByServer())
    }
    pending.forEach { $0.answer() }
  }

  @Test func stoppingTwiceIsOneEnd() async throws {
    let server = try start(TestService())
    async let first: Void = server.stop(deadlineSeconds: 5)
    async let second: Void = server.stop(deadlineSeconds: 0)
    _ = await (first, second)
    await server.stop(deadlineSeconds: 0)
  }

  @Test func statisticsAddUp() async throws {
    let service = TestService(handle: {
      $0.path == "/none" ? .respond(HTTPResponse(status: 404)) : .respond(echo($0))
    })
    try await withServer(service) { server, address in
      let client = try RawClient(address)
      for path in ["/a", "/b", "/none"] {
        client.send(post(path, body: "x"))
        #expect(try client.answer().status != 500)
      }
      let broken = try RawClient(address)
      broken.send("GET / HTTP/1.1\r\nnonsense\r\n\r\n")
      #expect(try broken.answer().status == 400)
      #expect(try broken.isClosedByServer())
      while server.statistics.connectionsOpen > 1 { await Task.yield() }
      let statistics = server.statistics
      #expect(statistics.requests == 3)
      #expect(statistics.responsesByStatus == [200: 2, 404: 1, 400: 1])
      #expect(statistics.requestsRefusedByLibrary == 1)
      #expect(statistics.connectionsAccepted == 2)
      #expect(statistics.requestDuration.count == 3)
      #expect(statistics.requestDuration.sumSeconds > 0)
    }
  }

  @Test func diagnosticsAreBounded() async throws {
    let log = Log<String>()
    let sink = DiagnosticSink { log.append("\($0)") }
    for number in 0..<1000 { sink(.libraryMessage("\(number)")) }
    #expect((10...20).contains(log.lines.count))
    #expect(log.lines.first == "0")
  }
}

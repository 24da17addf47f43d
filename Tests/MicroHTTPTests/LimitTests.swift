import Pacing
import Testing

@testable import MicroHTTP

@Suite("What a client may cost")
struct LimitTests {
  private static func service(maxBytes: Int) -> TestService {
    TestService(admit: { _ in .receiveBody(maxBytes: maxBytes) })
  }

  @Test(arguments: [1001, 5_000_000, 9_223_372_036_854_775_807])
  func aLengthOverTheLimitIsRefusedBeforeTheBody(length: Int) async throws {
    let service = Self.service(maxBytes: 1000)
    try await withServer(service) { _, address in
      let client = try RawClient(address)
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.status == 413)
      #expect(answer.body == #"{"error":"body_too_large"}"#)
      #expect(answer.header("Content-Type") == "application/json")
      #expect(try client.isClosedByServer())
    }
    #expect(service.seen.isEmpty)
  }

  @Test func noLeaveIsGivenForABodyThatIsTooLong() async throws {
    try await withServer(Self.service(maxBytes: 10)) { _, address in
      let client = try RawClient(address)
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
      #expect(try client.answer().status == 413)
      #expect(try client.isClosedByServer())
    }
  }

  /// It may be a proxy that asks its own client for the body first: see `EventLoop.answerEarly`.
  @Test func whoAwaitsLeaveHearsOfARefusalAfterAMoment() async throws {
    try await withServer(Self.service(maxBytes: 10)) { server, address in
      let client = try RawClient(address)
      let began = MonotonicTime.now()
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1200000\r\nExpect: 100-continue\r\n\r\n")
      client.send(String(repeating: "x", count: 1_200_000))
      #expect(try client.answer().status == 413)
      #expect(MonotonicTime.now().seconds(since: began) >= 0.15)
      #expect(try client.isClosedByServer())
      #expect(!client.wasReset)
      #expect(server.statistics.responsesByStatus == [413: 1])
    }
  }

  @Test func theEndOfTheServerDoesNotWaitForSuchAMoment() async throws {
    try await withServer(Self.service(maxBytes: 10)) { server, address in
      let client = try RawClient(address)
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
      while server.statistics.requests == 0 { await Task.yield() }
      await server.stop(deadlineSeconds: 0)
      #expect(try client.answer().status == 413)
    }
  }

  @Test func aBodyAtTheLimitPasses() async throws {
    try await withServer(Self.service(maxBytes: 10)) { _, address in
      let client = try RawClient(address)
      client.send(post(body: "0123456789"))
      #expect(try client.answer().status == 200)
      client.send(post(body: "0123456789x"))
      #expect(try client.answer().status == 413)
    }
  }

  @Test func chunksAreCountedWhileTheyArrive() async throws {
    let service = Self.service(maxBytes: 10)
    try await withServer(service) { server, address in
      let client = try RawClient(address)
      client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
      client.send("6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n")
      #expect(try client.answer().status == 413)
      #expect(try client.isClosedByServer())
      #expect(server.statistics.bodyBytesInFlight == 0)
    }
    #expect(service.seen.isEmpty)
  }

  @Test(arguments: [
    "a\r\n0123456789\r\n", "5;x=y\r\n01234\r\n5\r\n56789\r\n", "1\r\n0\r\n9\r\n123456789\r\n",
  ])
  func chunksThatComeToTheLimitPass(chunks: String) async throws {
    try await withServer(Self.service(maxBytes: 10)) { _, address in
      let client = try RawClient(address)
      client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n\(chunks)0\r\n\r\n")
      #expect(try client.answer().body == "POST / - 0123456789")
    }
  }

  @Test func anEndlessChunkedBodyIsCutOff() async throws {
    try await withServer(Self.service(maxBytes: 1000)) { server, address in
      let client = try RawClient(address)
      client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = "1000\r\n" + String(repeating: "x", count: 0x1000) + "\r\n"
      var chunks = 0
      while client.send(chunk), chunks < 10_000 { chunks += 1 }
      #expect(chunks < 10_000)
      #expect(server.statistics.responsesByStatus[413] == 1)
    }
  }

  @Test(arguments: [false, true])
  func aHeadOverTheLimitIsRefused(asManyFields: Bool) async throws {
    let service = TestService()
    try await withServer(service, limits: HTTPLimits(maxHeaderBytes: 4096)) { _, address in
      let client = try RawClient(address)
      let fields =
        asManyFields
        ? (0..<100).map { "X-Field-\($0): \(String(repeating: "v", count: 40))" }
        : ["X-Big: \(String(repeating: "v", count: 4096))"]
      client.send(post(headers: fields))
      let answer = try client.answer()
      #expect(answer.status == 431)
      #expect(answer.body == #"{"error":"headers_too_large"}"#)
      #expect(try client.isClosedByServer())
    }
    #expect(service.seen.isEmpty)
  }

  /// libmicrohttpd copies them, and finds no room for that in a head that is not too long yet.
  @Test(arguments: ["a=\(String(repeating: "b", count: 15_000))", String(repeating: "a=b; ", count: 3_000)])
  func cookiesThatAreTooLongAreRefusedAsAHeadThatIs(cookies: String) async throws {
    let service = TestService()
    try await withServer(service) { server, address in
      let client = try RawClient(address)
      client.send(post(body: "x", headers: ["Cookie: \(cookies)"]))
      let answer = try client.answer()
      #expect(answer.status == 431)
      #expect(answer.body == #"{"error":"headers_too_large"}"#)
      #expect(answer.header("Connection") == "close")
      #expect(try client.isClosedByServer())
      #expect(server.statistics.responsesByStatus == [431: 1])
    }
    #expect(service.seen.isEmpty)
  }

  @Test(arguments: [
    (431, post(headers: ["X-Big: \(String(repeating: "v", count: 64 << 10))"])),
    (400, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n"),
    (413, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n"),
  ])
  func whatTheLibraryRefusesItselfIsCounted(status: Int, request: String) async throws {
    try await withServer(TestService()) { server, address in
      let client = try RawClient(address)
      client.send(request)
      #expect(try client.answer().status == status)
      #expect(try client.isClosedByServer())
      while server.statistics.connectionsOpen > 0 { await Task.yield() }
      #expect(server.statistics.responsesByStatus == [status: 1])
      #expect(server.statistics.requestsRefusedByLibrary == 1)
    }
  }

  @Test func aHeadUnderTheLimitPasses() async throws {
    try await withServer(TestService(), limits: HTTPLimits(maxHeaderBytes: 4096)) { _, address in
      let client = try RawClient(address)
      client.send(post(headers: ["X-Big: \(String(repeating: "v", count: 4000))"]))
      #expect(try client.answer().status == 200)
    }
  }

  @Test func tooManyBytesInMemoryAreRefusedForAMoment() async throws {
    let service = TestService(handle: { request in
      request.path == "/wait" ? .respondLater : .respond(echo(request))
    })
    try await withServer(service, limits: HTTPLimits(maxBodyBytesInFlight: 1000)) { server, address in
      let first = try RawClient(address)
      first.send(post("/wait", body: String(repeating: "x", count: 900)))
      let pending = await service.takePending(1)
      #expect(server.statistics.bodyBytesInFlight == 900)

      let second = try RawClient(address)
      second.send(post("/now", body: String(repeating: "y", count: 200)))
      let refusal = try second.answer()
      #expect(refusal.status == 503)
      #expect(refusal.header("Retry-After") == "5")
      #expect(refusal.body == #"{"error":"unavailable"}"#)

      pending.forEach { $0.answer() }
      #expect(try first.answer().status == 200)
      let third = try RawClient(address)
      third.send(post("/now", body: String(repeating: "y", count: 200)))
      #expect(try third.answer().status == 200)
    }
  }

  @Test(arguments: [1, 2])
  func atTheConnectionLimitClientsWaitAndAreServedThen(loops: Int) async throws {
    let limits = HTTPLimits(maxConnections: 4)
    try await withServer(TestService(), limits: limits, loops: loops) { server, address in
      var sending: [RawClient] = []
      for _ in 0..<4 { sending.append(try begin(address)) }
      while server.statistics.requests < 4 { await Task.yield() }
      let waiting = try (0..<20).map { _ in try RawClient(address) }
      for client in waiting { client.send(post(body: "waited", headers: ["Connection: close"])) }
      #expect(server.statistics.connectionsOpen == 4)
      #expect(server.statistics.requests == 4)
      sending = []
      for client in waiting { #expect(try client.answer().body == "POST /hook - waited") }
      #expect(server.statistics.connectionsAccepted == 24)
    }
  }

  /// A client whose body is on its way: nobody takes its place.
  private func begin(_ address: ListenAddress) throws -> RawClient {
    let client = try RawClient(address)
    client.send("POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n")
    return client
  }

  @Test func limitsAreReplacedWhileTheServerRuns() async throws {
    let limits = HTTPLimits(maxConnections: 1, maxHeaderBytes: 4096)
    try await withServer(TestService(), limits: limits) { server, address in
      let first = try begin(address)
      while server.statistics.requests < 1 { await Task.yield() }
      let second = try RawClient(address)
      second.send("POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n")
      #expect(server.statistics.connectionsOpen == 1)

      let wide = try server.replaceLimits(with: HTTPLimits(maxConnections: 2, maxHeaderBytes: 1 << 20))
      #expect(wide.maxHeaderBytes == 16 << 10)
      while server.statistics.requests < 2 { await Task.yield() }

      // Over a lower limit nobody is thrown out, but nobody comes in before two have left.
      try server.replaceLimits(
        with: HTTPLimits(maxConnections: 1, maxHeaderBytes: 512, requestTimeoutSeconds: 0.2)
      )
      let third = try RawClient(address)
      third.send(post(body: "third"))
      second.send("waited" + post(headers: ["X-Big: \(String(repeating: "v", count: 1000))"]))
      #expect(try second.answer().body == "POST /hook - waited")
      #expect(try second.answer().status == 431)
      #expect(try second.isClosedByServer())
      #expect(server.statistics.connectionsAccepted == 2)
      first.send("late" + "POST / HTTP/1.1\r\n")
      #expect(try first.answer().body == "POST /hook - late")
      #expect(try first.answer().status == 503)
      #expect(try third.answer().body == "POST /hook - third")
    }
  }

  @Test func aLimitOutOfRangeLeavesTheOldOnesInForce() async throws {
    try await withServer(TestService(), limits: HTTPLimits(maxHeaderBytes: 512)) { server, address in
      #expect(throws: HTTPServerError.self) {
        try server.replaceLimits(with: HTTPLimits(maxConnections: 0, maxHeaderBytes: 4096))
      }
      let client = try RawClient(address)
      client.send(post(headers: ["X-Big: \(String(repeating: "v", count: 1000))"]))
      #expect(try client.answer().status == 431)
    }
  }

  @Test func connectionsFromBeforeCountAgainstALimitForEachAddress() async throws {
    try await withServer(TestService()) { server, address in
      let clients = try (0..<3).map { _ in try RawClient(address) }
      for client in clients {
        client.send(post(body: "mine"))
        #expect(try client.answer().status == 200)
      }
      try server.replaceLimits(with: HTTPLimits(maxConnectionsPerAddress: 3))
      #expect(try RawClient(address).isClosedByServer())
    }
  }

  @Test func oneAddressGetsOnlyItsShare() async throws {
    let limits = HTTPLimits(maxConnectionsPerAddress: 3)
    try await withServer(TestService(), limits: limits) { server, address in
      var clients = try (0..<3).map { _ in try RawClient(address) }
      for client in clients {
        client.send(post(body: "mine"))
        #expect(try client.answer().status == 200)
      }
      let extra = try RawClient(address)
      #expect(try extra.isClosedByServer())
      #expect(server.statistics.connectionsRefused == 1)

      clients[0].send(post(headers: ["Connection: close"]))
      #expect(try clients[0].answer().status == 200)
      #expect(try clients[0].isClosedByServer())
      clients[0] = try RawClient(address)
      clients[0].send(post(body: "again"))
      #expect(try clients[0].answer().status == 200)
    }
  }
}

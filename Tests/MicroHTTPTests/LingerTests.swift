import Testing

@testable import MicroHTTP

@Suite("A client that sends all before it reads")
struct LingerTests {
  private static let service = TestService(admit: { request in
    request.path == "/elsewhere"
      ? .respond(HTTPResponse(status: 404, json: "{}")) : .receiveBody(maxBytes: 1 << 20)
  })

  private static let long = String(repeating: "x", count: 3 << 20)

  @Test(arguments: [
    (413, "POST /v HTTP/1.1\r\nHost: h\r\nContent-Length: \(long.utf8.count)\r\n\r\n"),
    (404, "POST /elsewhere HTTP/1.1\r\nHost: h\r\nContent-Length: \(long.utf8.count)\r\n\r\n"),
    (400, "POST /v HTTP/1.1\r\nHost: h\r\nHost: h\r\nContent-Length: \(long.utf8.count)\r\n\r\n"),
  ])
  func getsItsAnswerAndNoReset(status: Int, head: String) async throws {
    try await withServer(Self.service) { server, address in
      let client = try RawClient(address)
      client.hasSmallSendBuffer()
      #expect(client.send(head + Self.long))
      #expect(try client.answer().status == status)
      #expect(try client.isClosedByServer())
      #expect(!client.wasReset)
    }
  }

  @Test func theNextRequestOfSuchAClientIsNotSeen() async throws {
    let service = TestService(admit: { _ in .receiveBody(maxBytes: 1000) })
    try await withServer(service) { _, address in
      let client = try RawClient(address)
      client.hasSmallSendBuffer()
      #expect(client.send(post(body: Self.long) + post("/second")))
      #expect(try client.answer().status == 413)
      #expect(try client.isClosedByServer())
    }
    #expect(service.seen.isEmpty)
  }

  @Test func aBodyWithoutEndIsBrokenOff() async throws {
    try await withServer(Self.service) { _, address in
      let client = try RawClient(address)
      client.send("POST /v HTTP/1.1\r\nHost: h\r\nContent-Length: \(1 << 40)\r\n\r\n")
      var pieces = 0
      while client.send(Self.long), pieces < 100 { pieces += 1 }
      #expect(pieces < 100)
    }
  }

  @Test func aSilentClientIsBrokenOffAndItsPlaceIsFree() async throws {
    let limits = HTTPLimits(maxConnections: 1, requestTimeoutSeconds: 0.2)
    try await withServer(Self.service, limits: limits) { _, address in
      let silent = try RawClient(address)
      silent.send("POST /v HTTP/1.1\r\nHost: h\r\nContent-Length: \(1 << 40)\r\n\r\n")
      #expect(try silent.answer().status == 413)
      // It waits for the only place, which the silent one has not left.
      let next = try RawClient(address)
      next.send(post(body: "x"))
      #expect(try next.answer().status == 200)
    }
  }

  @Test func theEndOfTheServerWaitsForNoneOfThem() async throws {
    try await withServer(Self.service) { server, address in
      let silent = try RawClient(address)
      silent.send("POST /v HTTP/1.1\r\nHost: h\r\nContent-Length: \(1 << 40)\r\n\r\n")
      #expect(try silent.answer().status == 413)
      await server.stop(deadlineSeconds: 0)
      #expect(try silent.isClosedByServer())
    }
  }
}

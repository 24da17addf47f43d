import Testing

@testable import MicroHTTP

@Suite("What a client and the server say to each other")
struct ConversationTests {
  @Test func aConnectionServesManyRequests() async throws {
    try await withServer(TestService()) { _, address in
      let client = try RawClient(address)
      for number in 1...20 {
        client.send(post("/hook", body: "body \(number)"))
        let answer = try client.answer()
        #expect(answer.status == 200)
        #expect(answer.body == "POST /hook - body \(number)")
        #expect(answer.header("Connection") == nil)
      }
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await withServer(TestService()) { _, address in
      let client = try RawClient(address)
      client.send((1...50).map { post("/\($0)", body: "\($0)") }.joined())
      for number in 1...50 {
        #expect(try client.answer().body == "POST /\(number) - \(number)")
      }
    }
  }

  @Test func aRequestMayComeByteByByte() async throws {
    try await withServer(TestService()) { _, address in
      let client = try RawClient(address)
      for byte in post("/slow?line=1", body: "drops").utf8 { client.send([byte]) }
      #expect(try client.answer().body == "POST /slow line=1 drops")
    }
  }

  @Test func targetAndQueryReachTheServiceAsSent() async throws {
    let service = TestService()
    try await withServer(service) { _, address in
      let client = try RawClient(address)
      for target in ["/a%2Fb%00?x=%20&&y", "/?", "/a?b?c", "http://host/p?q", "*"] {
        client.send("GET \(target) HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect(try client.answer().status == 200)
      }
    }
    let seen = service.seen
    #expect(seen.map(\.path) == ["/a%2Fb%00", "/", "/a", "http://host/p", "*"])
    #expect(seen.map(\.query) == ["x=%20&&y", "", "b?c", "q", nil])
  }

  @Test func headerFieldsReachTheServiceAsSent() async throws {
    let service = TestService()
    try await withServer(service) { _, address in
      let client = try RawClient(address)
      client.send("GET / HTTP/1.1\r\nHost: h\r\nX-One:  a b \r\nx-one: c\r\nEmpty:\r\n\r\n")
      #expect(try client.answer().status == 200)
    }
    let request = try #require(service.seen.first)
    #expect(request.headers.map(\.name) == ["Host", "X-One", "x-one", "Empty"])
    #expect(request.headers.map(\.value) == ["h", "a b ", "c", ""])
    #expect(request.header("x-ONE") == "a b ")
    #expect(request.remoteAddress == .ipv4(0x7f00_0001))
  }

  @Test func chunkedBodiesAreReadAndTheConnectionCloses() async throws {
    try await withServer(TestService()) { _, address in
      let client = try RawClient(address)
      client.send("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
      client.send("5\r\nhello\r\n1;ext=1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.body == "POST /c - hello world")
      #expect(answer.header("Connection") == "close")
      #expect(try client.isClosedByServer())
    }
  }

  @Test func aClientThatAsksForLeaveGetsIt() async throws {
    try await withServer(TestService()) { _, address in
      let client = try RawClient(address)
      client.send("POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
      #expect(try client.answer().status == 100)
      client.send("body")
      #expect(try client.answer().body == "POST /e - body")
    }
  }

  @Test func headGetsNoBody() async throws {
    try await withServer(TestService()) { _, address in
      let client = try RawClient(address)
      client.send("HEAD /h HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try client.answer(hasBody: false).header("Content-Length") == "10")
      #expect(try client.answer().body == "GET /next - ")
    }
  }

  @Test(arguments: [("", true), ("Connection: keep-alive\r\n", false)])
  func oldClientsKeepTheConnectionOnlyWhenTheyAsk(field: String, closes: Bool) async throws {
    try await withServer(TestService()) { _, address in
      let client = try RawClient(address)
      client.send("GET /old HTTP/1.0\r\n\(field)\r\n")
      #expect(try client.answer().body == "GET /old - ")
      if closes { #expect(try client.isClosedByServer()) }
      client.send("GET /again HTTP/1.0\r\n\r\n")
      if !closes { #expect(try client.answer().body == "GET /again - ") }
    }
  }

  @Test func closeIsObeyed() async throws {
    try await withServer(TestService()) { _, address in
      let client = try RawClient(address)
      client.send(post(body: "x", headers: ["Connection: close"]) + post("/ignored"))
      #expect(try client.answer().header("Connection") == "close")
      #expect(try client.isClosedByServer())
    }
  }

  @Test func largeBodiesAndAnswersPass() async throws {
    let service = TestService(admit: { _ in .receiveBody(maxBytes: 8 << 20) })
    try await withServer(service) { _, address in
      let client = try RawClient(address)
      let body = String(repeating: "0123456789abcdef", count: 1 << 18)
      for _ in 0..<2 {
        client.send(post("/big", body: body))
        let answer = try client.answer()
        #expect(answer.body.utf8.count == body.utf8.count + 12)
        #expect(answer.body.hasSuffix(body))
      }
    }
  }

  @Test func anAnswerAtTheHeadDropsAShortBodyAndKeepsTheConnection() async throws {
    let refusal = HTTPResponse(
      status: 405,
      json: #"{"error":"method_not_allowed"}"#,
      headers: [HTTPHeaderField("Allow", "POST")]
    )
    let service = TestService(admit: { request in
      request.method == "POST" ? .receiveBody(maxBytes: 100) : .respond(refusal)
    })
    try await withServer(service) { _, address in
      let client = try RawClient(address)
      client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + post("/y", body: "z"))
      let answer = try client.answer()
      #expect(answer.status == 405)
      #expect(answer.header("Allow") == "POST")
      #expect(answer.header("Connection") == nil)
      #expect(try client.answer().body == "POST /y - z")
    }
    #expect(service.seen.count == 1)
  }

  @Test func aServiceMayAnswerFromAnAsynchronousFunction() async throws {
    let service = HTTPClosureService(maxBodyBytes: 10) { request in
      await Task.yield()
      return echo(request)
    }
    try await withServer(service) { _, address in
      let client = try RawClient(address)
      client.send(post("/async", body: "hello") + post("/async?2", body: "again"))
      #expect(try client.answer().body == "POST /async - hello")
      #expect(try client.answer().body == "POST /async 2 again")
      client.send(post(body: "more than ten bytes"))
      #expect(try client.answer().status == 413)
    }
  }
}

import Testing

@testable import MicroHTTP

/// What comes to the port and is no request of HTTP/1.
@Suite("What a client says first")
struct GreetingTests {
  struct Stray: Sendable, CustomTestStringConvertible {
    var what: HTTPRefusedGreeting
    var bytes: [UInt8]
    var status: Int
    var testDescription: String { "\(what), \(bytes.count) bytes" }

    init(_ what: HTTPRefusedGreeting, _ bytes: [UInt8], _ status: Int) {
      (self.what, self.bytes, self.status) = (what, bytes, status)
    }

    init(_ what: HTTPRefusedGreeting, _ text: String, _ status: Int) {
      self.init(what, Array(text.utf8), status)
    }
  }

  static let strays = [
    Stray(.tls, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03], 400),
    Stray(.tls, [0x16, 0x03], 400), Stray(.tls, [0x80, 0x2e, 0x01, 0x03, 0x01], 400),
    Stray(.http2, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    Stray(.otherVersion, "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
    Stray(.otherVersion, "GET / HTTP/0.9\r\n\r\n", 505), Stray(.otherVersion, "GET / HTTP/3.0\r\n", 505),
    Stray(.untrustedProxyHeader, "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\n", 503),
    Stray(.untrustedProxyHeader, "PROXY UNKNOWN\r\n", 503),
    Stray(.brokenProxyHeader, "PROXY TCP4 nobody\r\n", 503),
    Stray(.unknown, "GET /\r\n", 400), Stray(.unknown, "hello\r\n", 400), Stray(.unknown, "EHLO h\n", 400),
    Stray(.unknown, [0x05, 0x01, 0x00], 400), Stray(.unknown, [0x00, 0x00], 400),
    Stray(.unknown, [0xff, 0xfb], 400), Stray(.unknown, [0x03, 0x00, 0x00, 0x2f], 400),
    Stray(.unknown, "GET / HTTP/1.10\r\n\r\n", 400), Stray(.unknown, "GET / http/1.1\r\n\r\n", 400),
    Stray(.lineTooLong, "GET /" + String(repeating: "x", count: 20_000), 431),
  ]

  @Test(arguments: strays, [true, false])
  func isAnsweredInOurFormCountedAndNamed(stray: Stray, atOnce: Bool) async throws {
    let service = TestService()
    let log = Log<HTTPDiagnostic>()
    try await withServer(service, onDiagnostic: { log.append($0) }) { server, address in
      let client = try RawClient(address)
      client.sendsSmallPieces()
      if atOnce || stray.bytes.count > 100 {
        client.send(stray.bytes)
      } else {
        for byte in stray.bytes where !client.send([byte]) { break }
      }
      let answer = try client.answer()
      #expect(answer.status == stray.status)
      #expect(answer.header("Content-Type") == "application/json")
      #expect(answer.header("Connection") == "close")
      #expect(answer.body.hasPrefix(#"{"error":""#))
      client.finishSending()
      #expect(try client.isClosedByServer())
      #expect(server.statistics.responsesByStatus == [stray.status: 1])
      while server.statistics.connectionsOpen > 0 { await Task.yield() }
    }
    #expect(service.seen.isEmpty)
    #expect(log.lines == [.greetingRefused(stray.what, from: .ipv4(0x7f00_0001))])
  }

  @Test func sentencesSayWhatToDoAndWhoItWas() {
    for what in HTTPRefusedGreeting.allCases {
      let diagnostic = HTTPDiagnostic.greetingRefused(what, from: .ipv4(0x7f00_0001))
      #expect(diagnostic.description.contains("127.0.0.1"))
      #expect(!diagnostic.sentence.contains("127.0.0.1"))
      #expect(diagnostic.sentence.hasSuffix("."))
    }
  }

  /// Proxies that are not trusted to name clients are often set up wrongly on our side: their sender must try again.
  @Test func nobodyIsSentAwayForGoodBecauseOfTheProxyProtocol() {
    for what in [HTTPRefusedGreeting.untrustedProxyHeader, .brokenProxyHeader] {
      #expect(what.answer.status >= 500)
    }
  }

  @Test(arguments: [
    "\r\n", "\r\n\r\n", "\r\n\r\n\0", "P", "PROX", "PROXY TCP4 1", "PRI * HTTP/2.", "GET / HTTP/1.1\r",
  ])
  func ofWhatMayStillBecomeARequestNothingIsDecided(text: String) {
    let bytes = Array(text.utf8)
    let greeting = Greeting(bytes[...], maxLineBytes: 1000)
    let isEmptyLine = text == "\r\n\r\n\0" || text.hasPrefix("\r\n")
    #expect(greeting == .incomplete, "\(isEmptyLine)")
  }

  @Test(arguments: [
    "PROXY /v HTTP/1.1\r\n", "PROXY UNKNOWN HTTP/1.1\r\n", "PROXY TCP4 HTTP/1.0\r\n", "PRI /v HTTP/1.1\r\n",
    "\r\nGET / HTTP/1.1\r\n", "\nGET", "GET / HTTP/1.1\n",
  ])
  func whatReadsLikeARequestIsOne(text: String) {
    #expect(Greeting(Array(text.utf8)[...], maxLineBytes: 1000) == .request)
  }

  @Test func theRestOfAConnectionIsAsItWas() async throws {
    let service = TestService()
    try await withServer(service) { server, address in
      let client = try RawClient(address)
      client.sendsSmallPieces()
      for byte in Array(post("/slow", body: "x").utf8) { client.send([byte]) }
      #expect(try client.answer().body == "POST /slow - x")
      for number in 0..<3 {
        client.send(post("/\(number)", body: "y"))
        #expect(try client.answer().body == "POST /\(number) - y")
      }
      // A later line that is none is refused, too, with an end of the connection.
      client.send("GET / HTTP/2.0\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.status == 505)
      #expect(answer.body == #"{"error":"http_version_not_supported"}"#)
      #expect(try client.isClosedByServer())
      #expect(server.statistics.responsesByStatus == [200: 4, 505: 1])
    }
  }

  /// Where only one can be meant, even what libmicrohttpd refuses by itself is answered in our form.
  @Test(arguments: [
    (400, "POST / HTTP/1.1\r\nno field\r\n\r\n"), (400, "POST / HTTP/1.1\r\nHost: h\r\nno field\r\n\r\n"),
    (431, "POST / HTTP/1.1\r\nX: \(String(repeating: "v", count: 64 << 10))"),
    (413, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n"),
    (400, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
    (400, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nno field\r\n\r\n"),
    (413, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n"),
  ])
  func whatTheLibraryRefusesIsAnsweredInOurForm(status: Int, request: String) async throws {
    let log = Log<HTTPDiagnostic>()
    try await withServer(TestService(), onDiagnostic: { log.append($0) }) { server, address in
      let client = try RawClient(address)
      client.send(request)
      let answer = try client.answer()
      #expect(answer.status == status)
      #expect(answer.header("Content-Type") == "application/json")
      #expect(answer.body.hasPrefix(#"{"error":""#))
      #expect(try client.isClosedByServer())
      #expect(server.statistics.responsesByStatus == [status: 1])
    }
    let named = HTTPDiagnostic.requestRefused(status: status, from: .ipv4(0x7f00_0001))
    #expect(log.lines.contains(named), "\(log.lines)")
    #expect(!log.lines.contains { $0.description.contains("<html>") })
  }
}

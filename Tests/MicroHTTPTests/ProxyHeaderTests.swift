import Testing

@testable import MicroHTTP

@Suite("The PROXY protocol")
struct ProxyHeaderTests {
  private static let signature: [UInt8] = [
    0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
  ]

  private static func version2(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
    signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 0xff)] + rest
  }

  private static let host4: [UInt8] = [203, 0, 113, 9]
  private static let ports: [UInt8] = [0x12, 0x34, 0, 80]
  private static let host6: [UInt8] = [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [7]

  /// What a proxy says, and whom it names.
  private static let headers: [(bytes: [UInt8], client: String)] = [
    (Array("PROXY TCP4 203.0.113.9 192.0.2.1 56324 443\r\n".utf8), "203.0.113.9"),
    (Array("PROXY TCP6 2001:db8::7 ::1 1 65535\r\n".utf8), "2001:db8:0:0:0:0:0:7"),
    (Array("PROXY TCP6 ::ffff:203.0.113.9 ::ffff:192.0.2.1 1 2\r\n".utf8), "203.0.113.9"),
    (Array("PROXY UNKNOWN\r\n".utf8), "127.0.0.1"),
    (Array("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".utf8), "127.0.0.1"),
    (version2(0x21, 0x11, host4 + [192, 0, 2, 1] + ports), "203.0.113.9"),
    (version2(0x21, 0x21, host6 + host6 + ports), "2001:db8:0:0:0:0:0:7"),
    // With values behind the addresses, as load balancers add them.
    (version2(0x21, 0x11, host4 + [192, 0, 2, 1] + ports + [0xea, 0, 3, 1, 2, 3]), "203.0.113.9"),
    (
      version2(0x21, 0x11, host4 + [192, 0, 2, 1] + ports + [UInt8](repeating: 4, count: 4000)), "203.0.113.9"
    ),
    (version2(0x20, 0x00, []), "127.0.0.1"), (version2(0x20, 0x11, host4), "127.0.0.1"),
    (version2(0x21, 0x00, []), "127.0.0.1"),
    (version2(0x21, 0x31, [UInt8](repeating: 0, count: 216)), "127.0.0.1"),
  ]

  private static let broken: [[UInt8]] =
    [
      "PROXY TCP4 203.0.113.9 192.0.2.1 56324\r\n", "PROXY TCP4 203.0.113.9 192.0.2.1 56324 443 1\r\n",
      "PROXY TCP4 203.0.113.09 192.0.2.1 1 2\r\n", "PROXY TCP4 203.0.113.9 192.0.2.1 65536 2\r\n",
      "PROXY TCP4 203.0.113.9 192.0.2.1 +1 2\r\n", "PROXY TCP4 203.0.113.9 192.0.2.1 01 2\r\n",
      "PROXY TCP4  203.0.113.9 192.0.2.1 1 2\r\n", "PROXY TCP4 ::1 ::2 1 2\r\n",
      "PROXY TCP6 203.0.113.9 192.0.2.1 1 2\r\n", "PROXY TCP4 203.0.113.9 192.0.2.1 1 2\n",
      "PROXY tcp4 203.0.113.9 192.0.2.1 1 2\r\n", "PROXY UDP4 203.0.113.9 192.0.2.1 1 2\r\n",
      "PROXY UNKNOWN and more\r\n", "PROXY \r\n", "PROXY TCP4 example.com 192.0.2.1 1 2\r\n",
      "PROXY TCP4 203.0.113.9 192.0.2.1 1 2 \r\n", "PROXY TCP4 [203.0.113.9] 192.0.2.1 1 2\r\n",
    ].map { Array($0.utf8) } + [
      version2(0x11, 0x11, host4 + host4 + ports), version2(0x22, 0x11, host4 + host4 + ports),
      version2(0x21, 0x11, host4), version2(0x21, 0x12, host4 + host4 + ports),
      version2(0x21, 0x21, host6), version2(0x21, 0x41, host6),
      version2(0x21, 0x11, [UInt8](repeating: 0, count: 5000)),
    ]

  private static func withTrust(
    of trusted: @escaping @Sendable (RemoteAddress) -> Bool = { _ in true },
    limits: HTTPLimits = HTTPLimits(),
    addresses: [ListenAddress] = [.tcp(host: "127.0.0.1", port: 0)],
    onDiagnostic: @escaping @Sendable (HTTPDiagnostic) -> Void = { _ in },
    _ body: @Sendable (HTTPServer, ListenAddress) async throws -> Void
  ) async throws {
    let service = TestService(handle: { request in
      .respond(HTTPResponse(status: 200, json: "\(request.remoteAddress) \(request.path)"))
    })
    try await withServer(
      service,
      limits: limits,
      addresses: addresses,
      onDiagnostic: onDiagnostic,
      trustsProxyHeader: trusted,
      body
    )
  }

  @Test(arguments: headers.indices, [true, false])
  func namesTheClientOfAllRequestsOfItsConnection(index: Int, atOnce: Bool) async throws {
    let (bytes, client) = Self.headers[index]
    try await Self.withTrust { _, address in
      let proxy = try RawClient(address)
      proxy.sendsSmallPieces()
      if atOnce {
        proxy.send(bytes + Array(post("/first").utf8))
      } else {
        for byte in bytes { proxy.send([byte]) }
        proxy.send(post("/first"))
      }
      #expect(try proxy.answer().body == "\(client) /first")
      proxy.send(post("/second"))
      #expect(try proxy.answer().body == "\(client) /second")
    }
  }

  @Test(arguments: broken.indices)
  func whatBreaksItsRulesNamesNobody(index: Int) async throws {
    let log = Log<HTTPDiagnostic>()
    try await Self.withTrust(onDiagnostic: { log.append($0) }) { server, address in
      let proxy = try RawClient(address)
      proxy.send(Self.broken[index] + Array(post().utf8))
      #expect(try proxy.answer().status == 503)
      proxy.finishSending()
      #expect(try proxy.isClosedByServer())
      #expect(server.statistics.requests == 0)
    }
    #expect(log.lines == [.greetingRefused(.brokenProxyHeader, from: .ipv4(0x7f00_0001))])
  }

  @Test(arguments: headers.indices)
  func isTakenFromThoseWhoAreTrustedOnly(index: Int) async throws {
    let log = Log<HTTPDiagnostic>()
    let isOther: @Sendable (RemoteAddress) -> Bool = { $0 == .ipv4(0xcb00_7109) }
    try await Self.withTrust(of: isOther, onDiagnostic: { log.append($0) }) { server, address in
      let stranger = try RawClient(address)
      stranger.send(Self.headers[index].bytes + Array(post().utf8))
      #expect(try stranger.answer().status == 503)
      #expect(server.statistics.requests == 0)
      let other = try RawClient(address)
      other.send(post("/plain"))
      #expect(try other.answer().body == "127.0.0.1 /plain")
    }
    #expect(log.lines == [.greetingRefused(.untrustedProxyHeader, from: .ipv4(0x7f00_0001))])
  }

  /// The client of a trusted proxy is not trusted itself, and a second header would be its own.
  @Test(arguments: headers.indices)
  func countsOnceOnAConnection(index: Int) async throws {
    try await Self.withTrust { server, address in
      let proxy = try RawClient(address)
      proxy.send(Self.headers[0].bytes + Self.headers[index].bytes + Array(post().utf8))
      #expect(try proxy.answer().status == 503)
      #expect(server.statistics.requests == 0)
    }
    try await Self.withTrust { server, address in
      let proxy = try RawClient(address)
      proxy.send(Self.headers[0].bytes + Array(post("/first").utf8))
      #expect(try proxy.answer().body == "203.0.113.9 /first")
      proxy.send(Self.headers[index].bytes + Array(post("/second").utf8))
      _ = try proxy.readToEnd()
      #expect(server.statistics.responsesByStatus[200] == 1)
    }
  }

  @Test func overAUnixSocketTheClientIsNamed() async throws {
    let path = "/tmp/microhttp-\(UInt64.random(in: 0 ... .max)).sock"
    try await Self.withTrust(of: { $0 == .unix }, addresses: [.unix(path: path)]) { _, address in
      let proxy = try RawClient(address)
      proxy.send(Self.headers[0].bytes + Array(post().utf8))
      #expect(try proxy.answer().body == "203.0.113.9 /hook")
      let plain = try RawClient(address)
      plain.send(post())
      #expect(try plain.answer().body == "unix /hook")
    }
  }

  @Test func theLimitForEachAddressCountsTheClientsOfAProxy() async throws {
    let limits = HTTPLimits(maxConnectionsPerAddress: 2)
    try await Self.withTrust(limits: limits) { server, address in
      var clients: [RawClient] = []
      for number in 1...6 {
        let client = try RawClient(address)
        client.send("PROXY TCP4 203.0.113.\(number / 2) 192.0.2.1 1 2\r\n" + post())
        #expect(try client.answer().status == 200)
        clients.append(client)
      }
      let third = try RawClient(address)
      third.send("PROXY TCP4 203.0.113.1 192.0.2.1 1 2\r\n" + post())
      #expect(try third.isClosedByServer())
      #expect(server.statistics.connectionsRefused == 1)
      clients = []
      while server.statistics.connectionsOpen > 0 { await Task.yield() }
      let again = try RawClient(address)
      again.send("PROXY TCP4 203.0.113.1 192.0.2.1 1 2\r\n" + post())
      #expect(try again.answer().status == 200)
    }
  }

  @Test(arguments: ["PROXY TCP4 203.0", "PROXY TCP4 203.0.113.9 192.0.2.1 1 2\r\n", "\r\n\r\n\0\r\nQUIT\n"])
  func aHeaderBehindWhichNothingComesIsGivenUp(text: String) async throws {
    try await Self.withTrust(limits: HTTPLimits(requestTimeoutSeconds: 0.3)) { server, address in
      let proxy = try RawClient(address)
      proxy.send(text)
      #expect(try proxy.isClosedByServer())
      #expect(server.statistics.connectionsIdledOut == 1)
      #expect(server.statistics.connectionsOpen == 0)
    }
  }
}

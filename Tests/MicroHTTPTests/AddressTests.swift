import Glibc
import Testing

@testable import MicroHTTP

@Suite("Where a server listens")
struct AddressTests {
  private static func temporaryPath() -> String {
    "/tmp/microhttp-\(getpid())-\(UInt64.random(in: 0 ... .max)).sock"
  }

  private func exists(_ path: String) -> Bool { mode(of: path) != nil }

  private func mode(of path: String) -> UInt32? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  private func start(_ address: ListenAddress, mode: UInt32 = 0o660) throws -> HTTPServer {
    try HTTPServer.start(
      HTTPServerConfiguration(addresses: [address], loops: 1, unixSocketMode: mode),
      service: TestService()
    )
  }

  @Test(arguments: ["127.0.0.1", "::1", "localhost", ""])
  func aTCPAddressIsServed(host: String) async throws {
    try await withServer(TestService(), addresses: [.tcp(host: host, port: 0)]) { _, address in
      guard case .tcp(_, let port) = address else { throw ClientError(description: "\(address)") }
      #expect(port != 0)
      let client = try RawClient(.tcp(host: host == "" ? "127.0.0.1" : host, port: port))
      client.send(post(body: "x"))
      #expect(try client.answer().status == 200)
    }
  }

  @Test func anIPv4ClientOfAnIPv6SocketIsAnIPv4Client() async throws {
    let service = TestService()
    try await withServer(service, addresses: [.tcp(host: "", port: 0)]) { _, address in
      guard case .tcp(_, let port) = address else { throw ClientError(description: "\(address)") }
      let client = try RawClient(.tcp(host: "127.0.0.1", port: port))
      client.send(post())
      #expect(try client.answer().status == 200)
    }
    #expect(service.seen.map(\.remoteAddress) == [.ipv4(0x7f00_0001)])
  }

  @Test func severalAddressesAreServedByOneServer() async throws {
    let path = Self.temporaryPath()
    let addresses: [ListenAddress] = [
      .tcp(host: "127.0.0.1", port: 0), .tcp(host: "::1", port: 0), .unix(path: path),
    ]
    try await withServer(TestService(), addresses: addresses) { server, _ in
      #expect(server.boundAddresses.count == 3)
      for address in server.boundAddresses {
        let client = try RawClient(address)
        client.send(post(body: "x"))
        #expect(try client.answer().status == 200)
      }
    }
  }

  @Test func aUnixSocketHasItsModeAndIsRemovedAtTheEnd() async throws {
    let path = Self.temporaryPath()
    let service = TestService()
    let log = Log<String>()
    try await withServer(service, addresses: [.unix(path: path)], onDiagnostic: { log.append("\($0)") }) {
      _,
      address in
      #expect(mode(of: path) == 0o660)
      for _ in 0..<3 {
        let client = try RawClient(address)
        for _ in 0..<5 {
          client.send(post(body: "x"))
          #expect(try client.answer().status == 200)
        }
      }
    }
    #expect(!exists(path))
    #expect(service.seen.allSatisfy { $0.remoteAddress == .unix })
    #expect(log.lines == [])
  }

  @Test(arguments: [0o600, 0o660, 0o666, 0o200] as [UInt32])
  func aUnixSocketHasTheModeThatIsAskedFor(mode wanted: UInt32) async throws {
    let path = Self.temporaryPath()
    let server = try start(.unix(path: path), mode: wanted)
    #expect(mode(of: path) == wanted)
    await server.stop(deadlineSeconds: 0)
  }

  @Test func aUnixSocketIsGivenToAGroup() async throws {
    let path = Self.temporaryPath()
    var configuration = HTTPServerConfiguration(addresses: [.unix(path: path)], loops: 1)
    // Root may give it to any group, others to their own.
    let number = getuid() == 0 ? 33 : getgid()
    configuration.unixSocketGroup = "\(number)"
    let server = try HTTPServer.start(configuration, service: TestService())
    var status = stat()
    #expect(unsafe lstat(path, &status) == 0)
    #expect(status.st_gid == number)
    await server.stop(deadlineSeconds: 0)
  }

  @Test func aGroupThatIsNotThereIsAnErrorAndLeavesNothingBehind() throws {
    let path = Self.temporaryPath()
    var configuration = HTTPServerConfiguration(addresses: [.unix(path: path)], loops: 1)
    configuration.unixSocketGroup = "no-such-group"
    let error = #expect(throws: HTTPServerError.self) {
      try HTTPServer.start(configuration, service: TestService())
    }
    #expect(error == .groupMissing("no-such-group"))
    #expect(!exists(path))
  }

  @Test func aSocketThatADeadServerLeftBehindIsReplaced() async throws {
    let path = Self.temporaryPath()
    let dead = socket(AF_UNIX, 1, 0)
    #expect(SocketAddress(unixPath: path)?.bind(dead) == 0)
    close(dead)
    #expect(exists(path))
    let server = try start(.unix(path: path))
    await server.stop(deadlineSeconds: 0)
  }

  @Test func anAddressInUseIsAnError() async throws {
    let path = Self.temporaryPath()
    let first = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0), .unix(path: path)]),
      service: TestService()
    )
    for address in first.boundAddresses {
      let error = #expect(throws: HTTPServerError.self) { try start(address) }
      #expect(error == .addressInUse(address))
    }
    await first.stop(deadlineSeconds: 0)
    try await start(.unix(path: path)).stop(deadlineSeconds: 0)
  }

  @Test func badAddressesAreErrorsThatSayWhatToDo() throws {
    let file = Self.temporaryPath()
    close(unsafe open(file, O_CREAT | O_WRONLY, 0o600))
    defer { unsafe _ = unlink(file) }
    let long = "/tmp/" + String(repeating: "x", count: 110)
    let cases: [(ListenAddress, HTTPServerError, String)] = [
      (.unix(path: file), .pathOccupied(file), "not a socket"),
      (.unix(path: long), .pathTooLong(long), "107"),
      (.unix(path: "/tmp/no-such-folder-here/s"), .folderMissing("/tmp/no-such-folder-here/s"), "folder"),
      (.tcp(host: "192.0.2.1", port: 0), .addressNotAvailable(.tcp(host: "192.0.2.1", port: 0)), "ip addr"),
      (.descriptor(1_000_000), .notListening(1_000_000), "stream socket"),
    ]
    for (address, expected, hint) in cases {
      let error = #expect(throws: HTTPServerError.self) { try start(address) }
      #expect(error == expected)
      #expect(error?.description.contains(hint) == true)
    }
    #expect(exists(file))
  }

  @Test func aDescriptorThatWasHandedOverStaysUsable() async throws {
    let address = try #require(try SocketAddress.resolve(host: "127.0.0.1", port: 0).first)
    let listener = socket(AF_INET, 1, 0)
    defer { close(listener) }
    #expect(address.bind(listener) == 0)
    #expect(listen(listener, 16) == 0)

    let first = try start(.descriptor(listener))
    let client = try RawClient(first.boundAddresses[0])
    client.send(post(body: "first"))
    #expect(try client.answer().status == 200)
    await first.stop(deadlineSeconds: 0)

    // Nobody serves now: the client waits in the queue until the next server is there.
    let waiting = try RawClient(first.boundAddresses[0])
    waiting.send(post(body: "waited"))
    let second = try start(.descriptor(listener))
    #expect(second.boundAddresses == first.boundAddresses)
    #expect(try waiting.answer().body == "POST /hook - waited")
    await second.stop(deadlineSeconds: 0)
  }

  @Test(arguments: [
    HTTPServerConfiguration(addresses: []),
    HTTPServerConfiguration(addresses: [.tcp(host: "", port: 0)], loops: 0),
    HTTPServerConfiguration(addresses: [.tcp(host: "", port: 0)], limits: HTTPLimits(maxConnections: 0)),
    HTTPServerConfiguration(addresses: [.tcp(host: "", port: 0)], limits: HTTPLimits(maxHeaderBytes: 10)),
    HTTPServerConfiguration(addresses: [.tcp(host: "", port: 0)], limits: HTTPLimits(idleTimeoutSeconds: 0)),
  ])
  func aConfigurationOutOfRangeIsAnError(configuration: HTTPServerConfiguration) {
    #expect(throws: HTTPServerError.self) {
      try HTTPServer.start(configuration, service: TestService())
    }
  }
}

import LinqhookHTTPClient
import ScriptedServer
import Synchronization
import TestKit
import Testing

@Suite struct ConnectionTests {
  @Test func connectionIsUsedAgain() async throws {
    let server = try ScriptedServer { request in answer("200 OK", body: request.requestLine) }
    let client = try HTTPClient()
    for number in 1...20 {
      let response = try await client.send(OutgoingRequest(method: "GET", url: "\(server.url)/\(number)"))
      #expect(response.text == "GET /\(number) HTTP/1.1")
    }
    #expect(server.connectionCount == 1)
  }

  @Test func deadConnectionIsReplaced() async throws {
    let server = try ScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write(answer("200 OK", body: "\(connection.number)"))
    }
    let client = try HTTPClient()
    for number in 1...5 {
      let request = OutgoingRequest(method: "POST", url: server.url, body: .bytes([1, 2, 3]))
      #expect(try await client.send(request).text == "\(number)")
    }
  }

  @Test func connectionsToOneHostAreBounded() async throws {
    let server = try ScriptedServer { _ in answer("200 OK", body: "x") }
    let client = try HTTPClient(HTTPClientConfiguration(maxConnectionsPerHost: 3))
    let request = OutgoingRequest(method: "GET", url: server.url)
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 1...60 {
        group.addTask { try await client.send(request).text }
      }
      for try await text in group { #expect(text == "x") }
    }
    #expect((1...3).contains(server.connectionCount))
  }

  @Test func twoHundredRequestsAtOnceGetTheirOwnAnswers() async throws {
    let server = try ScriptedServer { request in answer("200 OK", body: request.text) }
    let client = try HTTPClient(HTTPClientConfiguration(maxConnectionsPerHost: 200))
    let url = server.url
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 1...200 {
        let body = OutgoingRequest.Body.bytes(Array("\(number)".utf8))
        group.addTask { try await client.send(OutgoingRequest(method: "POST", url: url, body: body)).text }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(texts == Set((1...200).map(String.init)))
  }

  @Test func unixSocketIsSpokenTo() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/s.sock"
    let server = try ScriptedServer(unixSocketPath: path) { request in
      answer("200 OK", body: request.requestLine + request.values("Host").joined())
    }
    let client = try HTTPClient()
    for _ in 1...2 {
      let request = OutgoingRequest(method: "GET", url: "http://localhost/readyz", unixSocketPath: path)
      #expect(try await client.send(request).text == "GET /readyz HTTP/1.1localhost")
    }
    #expect(server.connectionCount == 1)
  }

  @Test func missingUnixSocketIsAConnectError() async throws {
    let client = try HTTPClient()
    let request = OutgoingRequest(method: "GET", url: "http://localhost/", unixSocketPath: "/nowhere/s.sock")
    #expect(await failure { _ = try await client.send(request) }?.code == .connect)
  }

  @Test func closedPortIsAConnectError() async throws {
    let server = try ScriptedServer { _ in answer("200 OK") }
    let url = server.url
    server.stop()
    let client = try HTTPClient()
    let error = await failure {
      // The listener's thread may still be closing it: until it has, connections break off.
      while true { _ = try await client.send(OutgoingRequest(method: "GET", url: url)) }
    }
    #expect(error?.code == .connect)
    #expect(error?.description.contains(url) == true)
  }

  @Test func unknownHostIsAResolveError() async throws {
    // A label of more than 63 bytes never leaves this machine.
    let client = try HTTPClient()
    let request = OutgoingRequest(method: "GET", url: "http://\(String(repeating: "a", count: 64)).invalid/")
    #expect(await failure { _ = try await client.send(request) }?.code == .resolve)
  }

  @Test(arguments: ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"])
  func linkLocalAddressIsRefused(host: String) async throws {
    let client = try HTTPClient()
    let error = await failure {
      _ = try await client.send(OutgoingRequest(method: "GET", url: "http://\(host)/"))
    }
    #expect(error?.code == .connect)
    #expect(error?.description.contains("link-local") == true)
  }

  @Test func proxiesOfTheEnvironmentAreNotUsed() async throws {
    await #expect(processExitsWith: .success) {
      let proxy = try ScriptedServer { _ in answer("200 OK", body: "proxy") }
      let server = try ScriptedServer { _ in answer("200 OK", body: "server") }
      for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        setEnvironment(name, proxy.url)
      }
      let client = try HTTPClient()
      let response = try await client.send(OutgoingRequest(method: "GET", url: server.url))
      try #require(response.text == "server")
    }
  }
}

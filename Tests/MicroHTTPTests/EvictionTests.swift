import Pacing
import Testing

@testable import MicroHTTP

@Suite("When all places are taken")
struct EvictionTests {
  private static let limits = HTTPLimits(
    maxConnections: 100,
    requestTimeoutSeconds: 600,
    idleTimeoutSeconds: 600
  )

  private func serve(_ address: ListenAddress, _ body: String = "new") throws {
    let client = try RawClient(address)
    client.send(post(body: body))
    #expect(try client.answer().body == "POST /hook - \(body)")
  }

  private func answered(_ address: ListenAddress) throws -> RawClient {
    let client = try RawClient(address)
    client.send(post(body: "idle"))
    #expect(try client.answer().status == 200)
    return client
  }

  @Test(arguments: [1, 2, 5])
  func aNewcomerIsServedAtOnceThoughAllAreIdle(loops: Int) async throws {
    try await withServer(TestService(), limits: Self.limits, loops: loops) { server, address in
      let idle = try (0..<Self.limits.maxConnections).map { _ in try answered(address) }
      let began = MonotonicTime.now()
      try serve(address)
      #expect(MonotonicTime.now().seconds(since: began) < 5)
      #expect(server.statistics.connectionsEvicted >= 1)
      #expect(server.statistics.connectionsOpen <= Self.limits.maxConnections)
      _ = idle
    }
  }

  @Test(arguments: [1, 2])
  func theOneThatHasBeenIdleLongestGoesFirst(loops: Int) async throws {
    let limits = HTTPLimits(maxConnections: 6, requestTimeoutSeconds: 600, idleTimeoutSeconds: 600)
    try await withServer(TestService(), limits: limits, loops: loops) { server, address in
      var idle: [RawClient] = []
      for _ in 0..<limits.maxConnections {
        idle.append(try answered(address))
        blockThread(milliseconds: 30)
      }
      // Whoever says something is idle no longer, and then last.
      idle[0].send(post(body: "again"))
      #expect(try idle[0].answer().status == 200)
      blockThread(milliseconds: 30)
      let newcomer = try answered(address)
      #expect(try idle[1].isClosedByServer())
      #expect(server.statistics.connectionsEvicted == 1)
      for client in [idle[0]] + idle[2...] + [newcomer] {
        client.send(post(body: "still here"))
        #expect(try client.answer().status == 200)
      }
    }
  }

  @Test(arguments: ["", "POST /ho", "POST /hook HTTP/1.1\r\nHost: h"])
  func thoseWhoSendNoWholeHeadKeepNobodyOut(start: String) async throws {
    try await withServer(TestService(), limits: Self.limits) { server, address in
      let silent = try (0..<Self.limits.maxConnections).map { _ in
        let client = try RawClient(address)
        client.send(start)
        return client
      }
      try serve(address)
      #expect(server.statistics.connectionsEvicted >= 1)
      _ = silent
    }
  }

  @Test func idleOnesGoBeforeThoseWhoAreSending() async throws {
    let limits = HTTPLimits(maxConnections: 4, requestTimeoutSeconds: 600, idleTimeoutSeconds: 600)
    try await withServer(TestService(), limits: limits) { server, address in
      let silent = try RawClient(address)
      let head = try RawClient(address)
      head.send("POST /head HTTP/1.1\r\nHost: h\r\n")
      while server.statistics.connectionsOpen < 2 { await Task.yield() }
      blockThread(milliseconds: 2100)
      let idle = try (0..<2).map { _ in try answered(address) }
      blockThread(milliseconds: 50)
      let newcomers = try (0..<2).map { _ in try answered(address) }
      for client in idle { #expect(try client.isClosedByServer()) }
      head.send("Content-Length: 0\r\n\r\n")
      #expect(try head.answer().status == 200)
      silent.send(post("/silent"))
      #expect(try silent.answer().status == 200)
      _ = newcomers
    }
  }

  /// The limit is for those: whoever has begun to send a body, or waits for an answer, is never pushed out.
  @Test func nobodyWithARequestIsPushedOut() async throws {
    let service = TestService(handle: { $0.path == "/wait" ? .respondLater : .respond(echo($0)) })
    let limits = HTTPLimits(
      maxConnections: 4,
      requestTimeoutSeconds: 600,
      idleTimeoutSeconds: 600,
      responseTimeoutSeconds: 600
    )
    let log = Log<HTTPDiagnostic>()
    try await withServer(service, limits: limits, onDiagnostic: { log.append($0) }) { server, address in
      let waiting = try (0..<2).map { _ in try RawClient(address) }
      for client in waiting { client.send(post("/wait")) }
      let pending = await service.takePending(2)
      let sending = try (0..<2).map { _ in try RawClient(address) }
      for client in sending { client.send("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nha") }
      while server.statistics.requests < 4 { await Task.yield() }
      let newcomer = try RawClient(address)
      newcomer.send(post(body: "newcomer"))
      // The retry of whoever looks for a place has come round more than once.
      blockThread(milliseconds: 2500)
      #expect(server.statistics.connectionsEvicted == 0)
      #expect(server.statistics.connectionsOpen == 4)
      for client in sending { client.send("lf") }
      for client in sending { #expect(try client.answer().body == "POST /body - half") }
      #expect(try newcomer.answer().status == 200)
      pending.forEach { $0.answer() }
      for client in waiting { #expect(try client.answer().status == 200) }
    }
    #expect(log.lines.contains(.connectionsExhausted(count: 4)))
  }

  /// A flood of connections that say nothing does not reach those who use theirs.
  @Test func aFloodOfSilentNewcomersPushesOutEachOther() async throws {
    let limits = HTTPLimits(maxConnections: 20, requestTimeoutSeconds: 600, idleTimeoutSeconds: 600)
    try await withServer(TestService(), limits: limits) { server, address in
      let sender = try RawClient(address)
      sender.send("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n")
      while server.statistics.requests == 0 { await Task.yield() }
      let flood = try (0..<200).map { _ in try RawClient(address) }
      while server.statistics.connectionsEvicted < 20 { blockThread(milliseconds: 10) }
      sender.send("slow")
      #expect(try sender.answer().body == "POST /slow - slow")
      _ = flood
    }
  }
}

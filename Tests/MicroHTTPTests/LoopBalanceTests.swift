import Synchronization
import Testing

@testable import MicroHTTP

@Suite("Work shared between loops")
struct LoopBalanceTests {
  @Test func connectionsAreSpreadEvenlyOverTheShards() async throws {
    let counts = Counts()
    let service = TestService(handle: { .respond(echo($0)) })
    try await withServer(CountingService(service: service, counts: counts), loops: 4) { server, address in
      let clients = try (0..<40).map { _ in try RawClient(address) }
      for client in clients {
        client.send(post(body: "x"))
        #expect(try client.answer().status == 200)
      }
      // Shards that look for the lightest at the same moment may find the same one.
      #expect(counts.perLoop.values.sorted().first ?? 0 >= 8)
      #expect(counts.perLoop.values.reduce(0, +) == 40)
    }
  }

  @Test func everyShardAnswersAHeartbeatAndAStuckOneDoesNot() async throws {
    let gate = Mutex(())
    let begun = Log<String>()
    let service = TestService(handle: { request in
      if request.path == "/stuck" {
        begun.append("stuck")
        gate.withLock { _ in }
      }
      return .respond(echo(request))
    })
    try await withServer(service, loops: 1) { server, address in
      await server.heartbeat()
      let events = Log<String>()
      try await withThrowingTaskGroup(of: Void.self) { group in
        try gate.withLock { _ in
          let client = try RawClient(address)
          client.send(post("/stuck", body: "x"))
          // A heartbeat that is asked for before the loop is stuck is answered.
          while begun.lines.isEmpty { blockThread(milliseconds: 1) }
          group.addTask {
            await server.heartbeat()
            events.append("answered")
          }
          // Long enough for a heartbeat that is not held up to be answered first.
          blockThread(milliseconds: 50)
          events.append("released")
        }
        try await group.waitForAll()
      }
      #expect(events.lines == ["released", "answered"])
    }
  }

  @Test func aServerThatHasEndedAnswersAHeartbeat() async throws {
    let server = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)]),
      service: TestService()
    )
    await server.stop(deadlineSeconds: 0)
    await server.heartbeat()
  }
}

/// Requests by loop.
private final class Counts: Sendable {
  private let counts = Mutex<[Int: Int]>([:])
  var perLoop: [Int: Int] { counts.withLock { $0 } }
  func count(_ loop: Int) { counts.withLock { $0[loop, default: 0] += 1 } }
}

private struct CountingService: HTTPService {
  let service: TestService
  let counts: Counts

  func makeLoopHandler(loop: Int, replies: HTTPReplyQueue) -> any HTTPLoopHandler {
    CountingHandler(
      handler: service.makeLoopHandler(loop: loop, replies: replies),
      loop: loop,
      counts: counts
    )
  }
}

private final class CountingHandler: HTTPLoopHandler {
  private let handler: any HTTPLoopHandler
  private let loop: Int
  private let counts: Counts

  init(handler: any HTTPLoopHandler, loop: Int, counts: Counts) {
    self.handler = handler
    self.loop = loop
    self.counts = counts
  }

  func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission { handler.admit(request) }

  func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
    counts.count(loop)
    return handler.handle(request, body: body)
  }

  func turnEnded() { handler.turnEnded() }
}

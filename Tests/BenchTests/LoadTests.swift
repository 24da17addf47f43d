import LinqEvents
import LinqhookAuthentication
import MicroHTTP
import Synchronization
import Testing

@testable import linqhook_bench

/// A generator that measures wrongly is worse than none: it runs against a server that counts for itself.
@Suite(.timeLimit(.minutes(1))) struct LoadTests {
  @Test func everyRequestIsAnEventOfItsOwnWithAGoodSignature() async throws {
    let server = try CountingServer { _ in 200 }
    let result = try LoadGenerator.run(LoadPlan(port: server.port, connections: 8, pace: .count(500)))
    #expect(result.accepted == 500)
    #expect(result.others.isEmpty)
    #expect(result.latency.count == 500)
    #expect(server.ids.count == 500)
    #expect(server.badSignatures == 0)
    await server.stop()
  }

  @Test func bodiesAreAsLongAsAskedForAndArriveWhole() async throws {
    let server = try CountingServer { _ in 200 }
    let plan = LoadPlan(port: server.port, connections: 3, bodyBytes: 300_000, pace: .count(30))
    let result = try LoadGenerator.run(plan)
    #expect(result.bodyBytes == 300_000)
    #expect(result.accepted == 30)
    #expect(server.badSignatures == 0)
    await server.stop()
  }

  @Test func refusalsAndLostConnectionsAreNoAcceptance() async throws {
    let server = try CountingServer { number in number % 10 == 0 ? 503 : 200 }
    let result = try LoadGenerator.run(LoadPlan(port: server.port, connections: 4, pace: .count(200)))
    #expect(result.accepted == 180)
    #expect(result.others == [503: 20])
    await server.stop()
  }

  @Test func anOpenLoopKeepsItsRateAndChargesAStallToAllWhoCameMeanwhile() async throws {
    // The server is stuck for a while at one request; one connection, so everybody behind it waits.
    let server = try CountingServer { number in
      if number == 50 { stall(milliseconds: 300) }
      return 200
    }
    let plan = LoadPlan(port: server.port, connections: 1, pace: .open(perSecond: 1000, seconds: 0.5))
    let result = try LoadGenerator.run(plan)
    #expect(result.accepted == 500)
    #expect(result.seconds > 0.49)
    // A generator that waits for answers would see one slow request; three hundred were due meanwhile.
    #expect(result.latency.microseconds(atShare: 0.8) > 20_000)
    await server.stop()
  }

  @Test func requestsAreDueAtTheirPlace() {
    let plan = LoadPlan(port: 1, connections: 1, pace: .open(perSecond: 5000, seconds: 10))
    #expect(plan.maxRequests == 50_000)
    #expect(plan.dueNanoseconds(0) == 0)
    #expect(plan.dueNanoseconds(5000) == 1_000_000_000)
  }

  @Test func aSlopeIsFound() {
    #expect(SoakCommand.slope([1, 2, 3], [10, 12, 14]) == 2)
    #expect(SoakCommand.slope([1], [10]) == 0)
  }
}

private func stall(milliseconds: Int) {
  let clock = ContinuousClock()
  let end = clock.now + .milliseconds(milliseconds)
  while clock.now < end {}
}

/// Verifies and counts, and answers what it is told to.
private final class CountingServer: HTTPService {
  private struct State {
    var ids: Set<String> = []
    var badSignatures = 0
    var count = 0
  }

  private let state = Mutex(State())
  private let status: @Sendable (Int) -> Int
  private let verifier: SignatureVerifier
  private let server = Mutex<HTTPServer?>(nil)

  init(status: @escaping @Sendable (Int) -> Int) throws {
    self.status = status
    verifier = try SignatureVerifier(
      secrets: [try Secret(LoadGenerator.secret)],
      schemes: [.v2],
      toleranceSeconds: 300
    )
    let server = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)], loops: 1),
      service: self
    )
    self.server.withLock { $0 = server }
  }

  var port: UInt16 {
    let address = server.withLock { $0?.boundAddresses.first?.description ?? "" }
    return address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
  }

  var ids: Set<String> { state.withLock { $0.ids } }
  var badSignatures: Int { state.withLock { $0.badSignatures } }

  func stop() async { await server.withLock { $0 }?.stop(deadlineSeconds: 1) }

  func makeLoopHandler(loop: Int, replies: HTTPReplyQueue) -> any HTTPLoopHandler {
    Handler(server: self)
  }

  fileprivate func count(_ headers: SignatureHeaders, _ body: [UInt8]) -> Int {
    let verdict = verifier.verify(headers, body: body.span, nowSeconds: 0)
    let id = (try? JSONValue(parsing: body.span))?[member: "event_id"]?.string ?? ""
    return state.withLock { state in
      if case .verified = verdict {} else { state.badSignatures += 1 }
      state.ids.insert(id)
      state.count += 1
      return status(state.count)
    }
  }

  private final class Handler: HTTPLoopHandler {
    private let server: CountingServer
    init(server: CountingServer) { self.server = server }
    func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission { .receiveBody(maxBytes: 1 << 20) }
    func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
      let headers = SignatureHeaders(xWebhookSignature: request.header("X-Webhook-Signature"))
      return .respond(HTTPResponse(status: server.count(headers, body)))
    }
  }
}

import Synchronization

@testable import MicroHTTP

/// Runs each job on a thread of its own, so that a test may block.
final class ThreadExecutor: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    do {
      try startThread(named: "test") { unsafe job.runSynchronously(on: executor) }
    } catch {
      preconditionFailure("a test needs a thread: \(error)")
    }
  }
}

/// Starts a server, lets `body` talk to it with blocking clients, and stops the server.
func withServer(
  _ service: any HTTPService,
  limits: HTTPLimits = HTTPLimits(),
  addresses: [ListenAddress] = [.tcp(host: "127.0.0.1", port: 0)],
  loops: Int = 2,
  framingRules: FramingRules = .ofLibrary,
  onDiagnostic: @escaping @Sendable (HTTPDiagnostic) -> Void = { _ in },
  trustsProxyHeader: @escaping @Sendable (RemoteAddress) -> Bool = { _ in false },
  _ body: @Sendable (HTTPServer, ListenAddress) async throws -> Void
) async throws {
  var configuration = HTTPServerConfiguration(addresses: addresses, loops: loops, limits: limits)
  configuration.framingRules = framingRules
  configuration.trustsProxyHeader = trustsProxyHeader
  let server = try HTTPServer.start(
    configuration,
    service: service,
    onDiagnostic: onDiagnostic
  )
  let result: Result<Void, any Error> = await withTaskExecutorPreference(ThreadExecutor()) {
    do {
      return .success(try await body(server, server.boundAddresses[0]))
    } catch {
      return .failure(error)
    }
  }
  await server.stop(deadlineSeconds: 0)
  try result.get()
}

/// A request that reached the service and waits for its answer.
struct PendingRequest: Sendable {
  var request: HTTPSnapshot
  var token: HTTPRequestToken
  var replies: HTTPReplyQueue

  func answer(_ status: Int = 200, _ json: String = "{}") {
    replies.send([HTTPReply(token, HTTPResponse(status: status, json: json))])
  }
}

/// A service for tests: a closure decides; requests that are answered later can be awaited.
final class TestService: HTTPService {
  typealias Handle = @Sendable (HTTPSnapshot) -> HTTPDisposition
  typealias Admit = @Sendable (HTTPSnapshot) -> HTTPAdmission

  private struct State {
    var seen: [HTTPSnapshot] = []
    var pending: [PendingRequest] = []
    var turns = 0
    var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())
  private let admit: Admit
  private let handle: Handle

  init(
    admit: @escaping Admit = { _ in .receiveBody(maxBytes: 1 << 20) },
    handle: @escaping Handle = { .respond(echo($0)) }
  ) {
    self.admit = admit
    self.handle = handle
  }

  /// A service that answers nothing until it is told to.
  static func waiting() -> TestService { TestService(handle: { _ in .respondLater }) }

  /// All requests whose body arrived.
  var seen: [HTTPSnapshot] { state.withLock(\.seen) }

  /// How often the server's loops have come round.
  var turns: Int { state.withLock(\.turns) }

  /// Waits until so many requests wait for an answer, and takes them.
  func takePending(_ count: Int) async -> [PendingRequest] {
    await withCheckedContinuation { continuation in
      let isHere = state.withLock { state in
        if state.pending.count < count { state.waiters.append((count, continuation)) }
        return state.pending.count >= count
      }
      if isHere { continuation.resume() }
    }
    return state.withLock { state in
      defer { state.pending = [] }
      return state.pending
    }
  }

  func makeLoopHandler(loop: Int, replies: HTTPReplyQueue) -> any HTTPLoopHandler {
    Handler(service: self, replies: replies)
  }

  private func decide(_ request: HTTPSnapshot, _ token: HTTPRequestToken, _ replies: HTTPReplyQueue)
    -> HTTPDisposition
  {
    let disposition = handle(request)
    let ready = state.withLock { state in
      state.seen.append(request)
      if case .respondLater = disposition {
        state.pending.append(PendingRequest(request: request, token: token, replies: replies))
      }
      let count = state.pending.count
      defer { state.waiters.removeAll { $0.count <= count } }
      return state.waiters.filter { $0.count <= count }
    }
    ready.forEach { $0.continuation.resume() }
    return disposition
  }

  private final class Handler: HTTPLoopHandler {
    private let service: TestService
    private let replies: HTTPReplyQueue

    init(service: TestService, replies: HTTPReplyQueue) {
      self.service = service
      self.replies = replies
    }

    func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission { service.admit(request.snapshot()) }

    func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
      service.decide(request.snapshot(body: body), request.token, replies)
    }

    func turnEnded() { service.state.withLock { $0.turns += 1 } }
  }
}

/// Answers with what was asked: method, path, query and body.
func echo(_ request: HTTPSnapshot) -> HTTPResponse {
  let text =
    "\(request.method) \(request.path) \(request.query ?? "-") \(String(decoding: request.body, as: UTF8.self))"
  return HTTPResponse(
    status: 200,
    headers: [HTTPHeaderField("Content-Type", "text/plain")],
    body: Array(text.utf8)
  )
}

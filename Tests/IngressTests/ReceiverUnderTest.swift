import InboxSupport
import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookHTTPClient
import LinqhookInbox
import MicroHTTP
import Synchronization

/// A request as a test writes it.
struct Post: Sendable {
  var method = "POST"
  var target = "/webhooks/linq"
  var headers: [(String, String)] = []
  var body: [UInt8] = []
  /// Where it comes from, in process.
  var remoteAddress = RemoteAddress.unix
}

/// An answer as a test reads it.
struct Received: Equatable {
  var status: Int
  var body: String
  var headers: [String: String] = [:]
}

/// The same receiver at two depths: the loop's handler called directly, and through a real socket.
enum Depth: String, CaseIterable, Sendable {
  case inProcess, overASocket
}

/// An ingress over an inbox, with what a test needs to look behind it.
final class ReceiverUnderTest: Sendable {
  let service: IngressService
  let inbox: MemoryInbox
  let refusals: RecordedRejections
  let clock: SetClock
  private let depth: Depth
  private let server: HTTPServer?
  private let client: HTTPClient?

  static let secretText = "test_secret_0123456789ab"
  static let now: Int64 = 1_770_320_000

  init(
    _ depth: Depth,
    secrets: [String] = [secretText],
    inbox: MemoryInbox = MemoryInbox(),
    acceptor: (any EventAcceptor & Quarantine)? = nil,
    limits: HTTPLimits = HTTPLimits(),
    clock: SetClock = SetClock(),
    change: (inout Endpoint) -> Void = { _ in }
  ) throws {
    self.depth = depth
    self.clock = clock
    self.inbox = inbox
    refusals = RecordedRejections()
    var endpoint = Endpoint(
      path: "/webhooks/linq",
      verifier: secrets.isEmpty
        ? nil
        : try SignatureVerifier(
          secrets: secrets.map { try Secret($0) },
          schemes: Set(SignatureScheme.allCases),
          toleranceSeconds: 300
        )
    )
    change(&endpoint)
    service = IngressService(
      routing: RoutingTable(endpoints: [endpoint]),
      inbox: acceptor ?? inbox,
      observer: refusals,
      clock: { [clock] in clock.nowSeconds * 1000 }
    )
    guard depth == .overASocket else {
      (server, client) = (nil, nil)
      return
    }
    server = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)], limits: limits),
      service: service,
      onDiagnostic: { _ in }
    )
    client = try HTTPClient()
  }

  func send(_ post: Post) async throws -> Received {
    if let server, let client { return try await overASocket(post, server, client) }
    return await inProcess(post)
  }

  /// One signature holds, so that the secret is known to be good.
  func verifyOne() async throws {
    _ = try await send(try Signed.post(Signed.message(id: "known"), scheme: .v3, timestamp: 1))
  }

  func stop() async {
    await server?.stop(deadlineSeconds: 1)
    await client?.shutdown()
  }

  private func overASocket(_ post: Post, _ server: HTTPServer, _ client: HTTPClient) async throws -> Received
  {
    let address = server.boundAddresses.map(\.description).joined()
    let response = try await client.send(
      OutgoingRequest(
        method: post.method,
        url: "http://\(address)\(post.target)",
        headers: post.headers.map { HTTPField($0.0, $0.1) },
        body: .bytes(post.body),
        timeout: .seconds(10)
      )
    )
    return Received(
      status: response.status,
      body: String(decoding: response.body, as: UTF8.self),
      headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
    )
  }

  private func inProcess(_ post: Post) async -> Received {
    await withCheckedContinuation { continuation in
      let replies = HTTPReplyQueue { batch in
        for reply in batch { continuation.resume(returning: Received(reply.response)) }
      }
      let loop = service.makeLoopHandler(loop: 0, replies: replies)
      let request = HTTPRequest(
        method: post.method,
        target: post.target,
        headers: (post.headers + [("Content-Length", "\(post.body.count)")]).map {
          HTTPHeaderField($0.0, $0.1)
        },
        remoteAddress: post.remoteAddress
      )
      if let answer = Self.answer(loop, request, post.body) {
        continuation.resume(returning: Received(answer))
      } else {
        loop.turnEnded()
      }
    }
  }

  /// What the server does with a request, without the server; nil when the answer comes later.
  private static func answer(
    _ loop: any HTTPLoopHandler,
    _ request: borrowing HTTPRequest,
    _ body: [UInt8]
  ) -> HTTPResponse? {
    switch loop.admit(request) {
    case .respond(let response): return response
    case .receiveBody(let maxBytes):
      guard body.count <= maxBytes else {
        let fields = loop.refused(request, status: 413)
        return HTTPResponse(status: 413, json: #"{"error":"body_too_large"}"#, headers: fields)
      }
      guard case .respond(let response) = loop.handle(request, body: body) else { return nil }
      return response
    }
  }
}

extension Received {
  init(_ response: HTTPResponse) {
    self.init(
      status: response.status,
      body: String(decoding: response.body, as: UTF8.self),
      headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
    )
  }
}

/// A wall clock that stands where a test sets it.
final class SetClock: Sendable {
  private let seconds = Mutex(ReceiverUnderTest.now)
  var nowSeconds: Int64 { seconds.withLock { $0 } }
  func set(to nowSeconds: Int64) { seconds.withLock { $0 = nowSeconds } }
}

/// Remembers what the operator would have been told.
final class RecordedRejections: IngressObserver {
  private let refusals = Mutex<[Rejection]>([])
  var all: [Rejection] { refusals.withLock { $0 } }
  func refused(_ refusal: Rejection) { refusals.withLock { $0.append(refusal) } }

  private let unknownPathRefusals = Mutex<[UnknownPathRefusal]>([])
  var unknownPaths: [UnknownPathRefusal] { unknownPathRefusals.withLock { $0 } }
  func refusedUnknownPath(_ refusal: UnknownPathRefusal) {
    unknownPathRefusals.withLock { $0.append(refusal) }
  }

  private let findings = Mutex<[UnverifiedEndpoint]>([])
  var unverified: [UnverifiedEndpoint] { findings.withLock { $0 } }
  func nothingVerified(_ finding: UnverifiedEndpoint) { findings.withLock { $0.append(finding) } }

  private let earlyRejections = Mutex<[EarlyRejection]>([])
  var unread: [EarlyRejection] { earlyRejections.withLock { $0 } }
  func rejectedEarly(_ refusal: EarlyRejection) { earlyRejections.withLock { $0.append(refusal) } }
}

/// Events and their signatures.
enum Signed {
  static func message(id: String, createdAt: String = "2026-02-05T19:30:00Z", text: String = "hello")
    -> [UInt8]
  {
    Array(
      #"{"api_version":"v2","created_at":"\#(createdAt)","data":{"id":"1","chat_id":"12345","text":"\#(text)"},"event_id":"\#(id)","event_type":"message.received"}"#
        .utf8
    )
  }

  static func post(
    _ body: [UInt8],
    scheme: SignatureScheme = .v2,
    secret: String = ReceiverUnderTest.secretText,
    id: String = "signed-id",
    timestamp: Int64 = ReceiverUnderTest.now,
    target: String = "/webhooks/linq"
  ) throws -> Post {
    let signer = try SignatureSigner(scheme: scheme, secret: try Secret(secret))
    let headers = signer.headers(eventID: id, timestampSeconds: timestamp, body: body.span)
    return Post(target: target, headers: headers.map { ($0.name, $0.value) }, body: body)
  }
}

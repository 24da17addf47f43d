import InboxSupport
import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookInbox
import MicroHTTP

/// Raw bytes to a receiver that listens on a socket: whatever comes, it answers in HTTP or closes, accepts no
/// event, and goes on serving.
struct RequestTarget: FuzzTarget {
  private let inbox = MemoryInbox()
  private let server: HTTPServer
  private let port: UInt16

  init() {
    do {
      let verifier = try SignatureVerifier(
        secrets: [try Secret(RandomIdentifier.uuid())],
        schemes: Set(SignatureScheme.allCases),
        toleranceSeconds: 300
      )
      let service = IngressService(
        routing: RoutingTable(endpoints: [Endpoint(path: "/webhooks/linq", verifier: verifier)]),
        inbox: inbox,
        observer: NoObserver(),
        clock: { 1_770_320_000_000 }
      )
      var configuration = HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)])
      configuration.loops = 1
      configuration.limits.requestTimeoutSeconds = 1
      server = try HTTPServer.start(configuration, service: service, onDiagnostic: { _ in })
      guard case .tcp(_, let port)? = server.boundAddresses.first else { fatalError("It listens nowhere.") }
      self.port = port
    } catch {
      fatalError("\(error)")
    }
  }

  func run(_ input: [UInt8]) {
    let answer = LoopbackConnection.exchange(input, port: port, endsAfterwards: true)
    claim(answer.isEmpty || answer.starts(with: "HTTP/1.1 ".utf8), "The answer is not HTTP.")
    claim(inbox.lastSequence == 0, "An event without a signature was accepted.")
    // A client that closes half of the connection may miss its answer, so this one does not.
    let clean = LoopbackConnection.exchange(Self.cleanRequest, port: port, endsAfterwards: false)
    claim(
      clean.starts(with: "HTTP/1.1 401 ".utf8),
      "The receiver does not answer the next request as it should."
    )
  }

  private static let cleanRequest = Array(
    "POST /webhooks/linq HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}".utf8
  )
}

private struct NoObserver: IngressObserver {
  func refused(_ refusal: Rejection) {}
  func rejectedEarly(_ refusal: EarlyRejection) {}
}

import Foundation
import LinqEvents
import LinqhookAuthentication
import MicroHTTP
import Synchronization

/// A webhook receiver that writes down what comes and answers as it is told to.
final class Receiver: Sendable {
  static let secret = "a-secret-for-tests"

  struct Request: Sendable {
    let snapshot: HTTPSnapshot
    let verdict: SignatureVerdict

    var eventID: String { text("event_id") }
    var eventType: String { text("event_type") }

    func text(_ path: String) -> String {
      (try? JSONPath(path))?.value(in: snapshot.body.span)?.text ?? ""
    }

    var isVerified: Bool {
      if case .verified = verdict { true } else { false }
    }
  }

  private let server: HTTPServer
  private let log: Log

  var requests: [Request] { log.requests }
  var url: String { "http://\(server.boundAddresses[0])/webhooks/linq" }

  /// - Parameter answer: the status for the request of that number, from 1.
  init(answer: @escaping @Sendable (Request, Int) -> Int = { request, _ in request.isVerified ? 200 : 401 })
    throws
  {
    let log = Log()
    self.log = log
    let verifier = try SignatureVerifier(
      secrets: [Secret(Self.secret)],
      schemes: [.v2, .v3, .standard],
      toleranceSeconds: 300
    )
    server = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)], loops: 1),
      service: HTTPClosureService { snapshot in
        let verdict = verifier.verify(
          SignatureHeaders { snapshot.header($0) },
          body: snapshot.body.span,
          nowSeconds: Int64(Date().timeIntervalSince1970)
        )
        let request = Request(snapshot: snapshot, verdict: verdict)
        return HTTPResponse(status: answer(request, log.append(request)))
      }
    )
  }

  func stop() async {
    await server.stop(deadlineSeconds: 1)
  }

  private final class Log: Sendable {
    private let received = Mutex<[Request]>([])
    var requests: [Request] { received.withLock(\.self) }

    func append(_ request: Request) -> Int {
      received.withLock { received in
        received.append(request)
        return received.count
      }
    }
  }
}

import ArgumentParser
import Foundation
import LinqEvents
import LinqhookAuthentication
import MicroHTTP

/// The same HTTP loop with the same signature checks and no store: the upper limit of a receiver on this
/// machine.
struct HTTPCeilingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-ceiling",
    abstract: "Serves the loop without a store; the benchmark starts this itself.",
    shouldDisplay: false
  )

  func run() async throws {
    let verifier = try SignatureVerifier(
      secrets: [try Secret(LoadGenerator.secret)],
      schemes: [.v2],
      toleranceSeconds: 300
    )
    let server = try HTTPServer.start(
      HTTPServerConfiguration(
        addresses: [.tcp(host: "127.0.0.1", port: 0)],
        limits: HTTPLimits(maxConnections: 8000)
      ),
      service: CeilingService(verifier: verifier)
    )
    try FileHandle.standardOutput.write(contentsOf: Data("\(server.boundAddresses[0].description)\n".utf8))
    while true { try await Task.sleep(for: .seconds(3600)) }
  }
}

private struct CeilingService: HTTPService {
  let verifier: SignatureVerifier

  func makeLoopHandler(loop: Int, replies: HTTPReplyQueue) -> any HTTPLoopHandler {
    CeilingHandler(verifier: verifier)
  }
}

private final class CeilingHandler: HTTPLoopHandler {
  private let verifier: SignatureVerifier
  private let accepted = HTTPResponse(status: 200, json: #"{"status":"accepted"}"#)
  private let refused = HTTPResponse(status: 401, json: #"{"error":"invalid_signature"}"#)

  init(verifier: SignatureVerifier) { self.verifier = verifier }

  func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission { .receiveBody(maxBytes: 4 << 20) }

  func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
    let headers = SignatureHeaders(xWebhookSignature: request.header("X-Webhook-Signature"))
    let verdict = verifier.verify(headers, body: body.span, nowSeconds: 0)
    if case .verified = verdict { return .respond(accepted) }
    return .respond(refused)
  }
}

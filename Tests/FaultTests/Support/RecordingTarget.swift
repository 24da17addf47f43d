import MicroHTTP
import Synchronization

/// An HTTP target that remembers the ids it was sent.
final class RecordingTarget: Sendable {
  private final class Memory: Sendable {
    let ids = Mutex<Set<String>>([])
  }

  private let memory = Memory()
  private let server: HTTPServer

  init() throws {
    server = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)]),
      service: HTTPClosureService { [memory] request in
        if let id = request.header("Idempotency-Key") { memory.ids.withLock { _ = $0.insert(id) } }
        return HTTPResponse(status: 200, json: "{}")
      },
      onDiagnostic: { _ in }
    )
  }

  var url: String { "http://\(server.boundAddresses.map(\.description).joined())/" }
  var ids: Set<String> { memory.ids.withLock { $0 } }
  func stop() async { await server.stop(deadlineSeconds: 1) }
}

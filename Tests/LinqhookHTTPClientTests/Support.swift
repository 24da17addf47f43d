import Foundation
import LinqhookHTTPClient
import ScriptedServer

/// A client, a request to a server that does as the script says, and its result.
func exchange(
  _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
  change: (inout OutgoingRequest) -> Void = { _ in },
  script: @escaping @Sendable (ScriptedConnection) -> Void
) async throws -> IncomingResponse {
  let server = try ScriptedServer(script: script)
  let client = try HTTPClient(configuration)
  var request = OutgoingRequest(method: "GET", url: server.url + "/")
  change(&request)
  return try await client.send(request)
}

/// The error that a call throws, nil when it throws none.
func failure(_ body: () async throws -> Void) async -> HTTPClientError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? HTTPClientError
  }
}

extension IncomingResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}

func setEnvironment(_ name: String, _ value: String) {
  unsafe setenv(name, value, 1)
}

func truncateFile(_ path: String) {
  _ = unsafe truncate(path, 0)
}

/// Part of what a slow server does, not a wait for anything.
func pauseMilliseconds(_ count: UInt32) {
  usleep(count * 1000)
}

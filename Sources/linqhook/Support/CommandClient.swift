import LinqhookHTTPClient

/// HTTP for commands: a server that does not answer is a service that is not there.
struct CommandClient {
  private let client: HTTPClient

  init() throws(CommandFailure) {
    do { client = try HTTPClient() } catch { throw CommandFailure(.unavailable, error.description) }
  }

  func send(_ request: OutgoingRequest) async throws(CommandFailure) -> IncomingResponse {
    do { return try await client.send(request) } catch {
      throw CommandFailure(.unavailable, error.description)
    }
  }

  func shutdown() async { await client.shutdown() }
}

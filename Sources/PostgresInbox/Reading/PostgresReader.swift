internal import Dispatch
internal import LinqhookInbox
internal import PostgreSQL
internal import Synchronization

/// A session that only reads, with a queue of its own: what it does never holds up the writer.
///
/// The session sits behind a mutex only so that the compiler can check what the queue guarantees: nobody but the queue
/// takes it.
final class PostgresReader: Sendable {
  private let queue: DispatchQueue
  private let configuration: PostgreSQLConfiguration
  private let session = Mutex<PostgreSQLSession?>(nil)
  private let isClosed = Mutex(false)

  init(_ name: String, _ configuration: PostgreSQLConfiguration) {
    queue = DispatchQueue(label: "linqhook.inbox.\(name)")
    self.configuration = configuration
  }

  /// Runs `body` on the session; connects first where there is none.
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (PostgreSQLSession) throws -> Result
  ) async throws(InboxError) -> Result {
    let result: Swift.Result<Result, InboxError> = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: self.run(body)) }
    }
    return try result.get()
  }

  private func run<Result: Sendable>(
    _ body: @Sendable (PostgreSQLSession) throws -> Result
  ) -> Swift.Result<Result, InboxError> {
    guard !isClosed.withLock({ $0 }) else { return .failure(.closed) }
    return session.withLock { session in
      do {
        let open = try session ?? PostgreSQLSession(configuration)
        session = open
        return .success(try body(open))
      } catch {
        if session?.isUsable != true { session = nil }
        return .failure(InboxError(database: error))
      }
    }
  }

  /// Answers nothing more.
  func close() {
    isClosed.withLock { $0 = true }
    queue.async {
      self.session.withLock { session in
        session?.close()
        session = nil
      }
    }
  }
}

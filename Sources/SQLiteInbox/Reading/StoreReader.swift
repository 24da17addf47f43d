internal import GRDB
internal import LinqhookInbox
internal import Synchronization

/// Tells the writer of damage that a reader has met: what is known to be broken takes no more events.
final class DamageBell: Sendable {
  private let listener = Mutex<(@Sendable (any Error) -> Void)?>(nil)

  func connect(_ listener: @escaping @Sendable (any Error) -> Void) {
    self.listener.withLock { $0 = listener }
  }

  func ring(_ error: any Error) {
    guard StoreFault(error) == .damaged, error is DatabaseError else { return }
    listener.withLock { $0 }?(error)
  }
}

/// A connection that only reads, with a queue of its own: what it does never holds up the writer.
final class StoreReader: Sendable {
  /// Closing lets go of the connection; a read that is under way keeps it until it is done.
  private let connection: Mutex<DatabaseQueue?>
  private let path: String
  private let bell: DamageBell?

  init(path: String, bell: DamageBell? = nil) throws(InboxError) {
    (self.path, self.bell) = (path, bell)
    do {
      connection = Mutex(try Connection.reader(path: path))
    } catch {
      throw InboxError(error, path: path)
    }
  }

  /// Runs `body` on a snapshot of the file.
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws(InboxError) -> Result {
    guard let connection = connection.withLock({ $0 }) else { throw .closed }
    do {
      return try await connection.read(body)
    } catch is CancellationError {
      throw InboxError(.closed, "The read was given up because its task was cancelled.")
    } catch {
      bell?.ring(error)
      throw InboxError(error, path: path)
    }
  }

  func close() { connection.withLock { $0 = nil } }
}

/// The archive and the quarantine over a reading connection.
struct ArchiveReader: Sendable {
  private let reader: StoreReader
  private let key: FingerprintKey

  init(path: String, key: FingerprintKey, bell: DamageBell) throws(InboxError) {
    reader = try StoreReader(path: path, bell: bell)
    self.key = key
  }

  /// Opens the archive of a file that holds its key.
  init(path: String) throws(InboxError) {
    do {
      let connection = try Connection.reader(path: path)
      key = try connection.read(Schema.fingerprintKey)
      try connection.close()
    } catch {
      throw InboxError(error, path: path)
    }
    reader = try StoreReader(path: path)
  }

  func list(_ query: EventQuery) async throws(InboxError) -> [ListedEvent] {
    try await reader.read { db in try ArchiveQueries(db).list(query) }
  }

  func find(eventID: String) async throws(InboxError) -> [ArchivedEvent] {
    try await reader.read { [key] db in try ArchiveQueries(db).find(eventID: eventID, key: key) }
  }

  func handlers() async throws(InboxError) -> [KnownHandler] {
    try await reader.read(LedgerQueries.handlers)
  }

  func counts(handler: String?) async throws(InboxError) -> EventCounts {
    try await reader.read { db in try CountQueries.counts(handler: handler, db: db) }
  }

  func deadLetters(
    handler: String?,
    limit: Int
  ) async throws(InboxError) -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)] {
    try await reader.read { db in try ArchiveQueries(db).deadLetters(handler: handler, limit: limit) }
  }

  func quarantined(after number: Int64, limit: Int) async throws(InboxError) -> [QuarantinedRequest] {
    try await reader.read { db in try QuarantineRows.list(after: number, limit: limit, db: db) }
  }

  func quarantined(number: Int64) async throws(InboxError) -> QuarantinedRequest? {
    try await reader.read { db in try QuarantineRows.one(number, db: db) }
  }

  func close() { reader.close() }
}

public import LinqhookInbox

/// Looks into an inbox beside the process that has it open, or while none has. It takes no lock, writes
/// nothing and never checkpoints; what changes state goes to the process that holds the inbox.
public final class SQLiteInboxReader: EventArchive {
  private let archive: ArchiveReader

  /// Opens the file for reading. Throws ``InboxError/Code-swift.enum/inputOutput`` where there is none.
  public init(path: String) throws(InboxError) {
    archive = try ArchiveReader(path: path)
  }

  /// Lists events.
  public func list(_ query: EventQuery) async throws(InboxError) -> [ListedEvent] {
    try await archive.list(query)
  }

  /// Events with this id.
  public func find(eventID: String) async throws(InboxError) -> [ArchivedEvent] {
    try await archive.find(eventID: eventID)
  }

  /// The handlers that the inbox knows.
  public func handlers() async throws(InboxError) -> [KnownHandler] { try await archive.handlers() }

  /// Counts the stored events by state.
  public func counts(handler: String?) async throws(InboxError) -> EventCounts {
    try await archive.counts(handler: handler)
  }

  /// The dead letters of a handler, or of all.
  public func deadLetters(
    handler: String?,
    limit: Int
  ) async throws(InboxError) -> [(handler: String, delivery: DeferredDelivery, event: EventSummary)] {
    try await archive.deadLetters(handler: handler, limit: limit)
  }

  /// The kept requests, oldest first, after a number.
  public func quarantined(after number: Int64, limit: Int) async throws(InboxError) -> [QuarantinedRequest] {
    try await archive.quarantined(after: number, limit: limit)
  }

  /// One kept request.
  public func quarantined(number: Int64) async throws(InboxError) -> QuarantinedRequest? {
    try await archive.quarantined(number: number)
  }

  /// Closes the file.
  public func close() { archive.close() }
}

// The port. `SQLiteInbox` is the store of one machine; `MemoryInbox` is for tests of other modules. All stores run
// the same conformance suite; nothing here says SQLite. Another store is listed in LinqhookInboxTests/TestInbox.swift, and opened in Receiver.swift and
// StoppedReceiver.swift of LinqhookDaemon.

/// Everything that an inbox can do.
public protocol Inbox: EventAcceptor, DeliveryLedger, Quarantine, EventArchive {
  /// Figures of this moment; cheap, from any thread.
  var statistics: InboxStatistics { get }

  /// Says which endpoints there are from now on, and by which keys they take requests. Ids that were remembered go on
  /// counting wherever the same request could be sent again: at their own path, and where one of its keys is known.
  func separateIDs(by endpoints: [EndpointKeys]) async throws(InboxError)

  /// Returns when the store's own thread has come round once more; it does not while a write or a sync hangs. A
  /// sign of life for a watchdog.
  func heartbeat() async

  /// Takes nothing more, finishes what is under way, and closes the store.
  func close() async
}

extension EventAcceptor {
  /// Offers one event and waits for its outcome.
  public func accept(_ event: InboundEvent) async -> AcceptanceOutcome {
    await withCheckedContinuation { continuation in
      accept([event]) { outcomes in
        continuation.resume(returning: outcomes.first ?? .unavailable(.storeFailed))
      }
    }
  }
}

extension DeliveryLedger {
  /// Writes a step forward and waits for the commit.
  public nonisolated(nonsending) func record(_ record: ProgressRecord) async throws(InboxError) {
    let failure: InboxError? = await withCheckedContinuation { continuation in
      self.record(record) { continuation.resume(returning: $0) }
    }
    if let failure { throw failure }
  }
}

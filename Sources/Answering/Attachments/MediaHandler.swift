public import LinqhookDelivery

/// A handler that only keeps attachments.
public struct MediaHandler: EventHandler {
  private let store: AttachmentStore

  /// A handler that keeps them in this store.
  public init(_ store: AttachmentStore) { self.store = store }

  /// Makes the folder.
  public func start() async throws { try store.start() }

  /// Fetches what is attached. What cannot be fetched at all is logged and counted, and settles the event too: no later
  /// attempt would find more.
  public func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    switch await store.fetch(attempt.message) {
    case .ready: .delivered
    case .later(let reason): Task.isCancelled ? .interrupted : .retry(reason: reason)
    }
  }

  /// Ends what looks after the folder.
  public func stop() async { store.stop() }
}

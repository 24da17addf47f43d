import LinqhookInbox

// What a handler keeps with a delivery.
extension LanePump: OutboxKeeper {
  func keep(_ outbox: [UInt8], for attempt: DeliveryAttempt) async throws {
    throw InboxError(.closed, "The inbox cannot keep anything with a delivery yet.")
  }
}

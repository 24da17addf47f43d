import Inbox
import LinqEvents

/// A body that was signed by Linq and still is no event that can be stored. The detail is safe to send back:
/// it names fields and offsets, never content.
struct UnusableEvent: Error {
  let detail: String

  fileprivate static func readEnvelope(_ body: [UInt8]) throws(UnusableEvent) -> EventEnvelope {
    do { return try EventEnvelope.read(body) } catch { throw UnusableEvent(detail: error.description) }
  }

  /// The id to deduplicate by: the body's, else the one that was signed with it.
  fileprivate static func eventID(of envelope: EventEnvelope, signed: String?) throws(UnusableEvent) -> String
  {
    if let id = envelope.eventID ?? signed { return id }
    throw UnusableEvent(
      detail: envelope.eventIDProblem.map { "event_id \($0.rawValue)." }
        ?? "The event has no event_id and no webhook-id was signed with it."
    )
  }
}

extension InboundEvent {
  /// The event in the body of a request that was verified.
  convenience init(
    readingBody body: [UInt8],
    signedEventID: String?,
    source: String?,
    receivedAtMilliseconds: Int64,
    hasSignedTimestamp: Bool
  ) throws(UnusableEvent) {
    let envelope = try UnusableEvent.readEnvelope(body)
    self.init(
      eventID: try UnusableEvent.eventID(of: envelope, signed: signedEventID),
      envelope: envelope,
      source: source,
      receivedAtMilliseconds: receivedAtMilliseconds,
      hasSignedTimestamp: hasSignedTimestamp,
      payload: body
    )
  }
}

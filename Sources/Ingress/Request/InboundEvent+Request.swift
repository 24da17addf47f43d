import LinqEvents
import LinqhookInbox

/// A body that was signed by Linq and still is no event that can be stored. The detail is safe to send back:
/// it names fields and offsets, never content.
struct UnusableEvent: Error {
  let detail: String

  /// The same with the coding of the body where it has one: a body is taken as it was signed, and not decoded.
  func detail(of body: [UInt8], contentEncoding: String?) -> String {
    guard let coding = Self.coding(of: body, contentEncoding: contentEncoding) else { return detail }
    return "\(detail) Its Content-Encoding is \(coding); send it without one."
  }

  private static func coding(of body: [UInt8], contentEncoding: String?) -> String? {
    if let named = contentEncoding?.lowercased(), named != "identity", !named.isEmpty {
      let isSane =
        named.utf8.count <= 32
        && named.utf8.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || [UInt8(ascii: "-"), UInt8(ascii: ","), UInt8(ascii: " ")].contains(byte)
        }
      return isSane ? named : "none that is known"
    }
    // RFC 1952, section 2.3.1, and RFC 8878, section 3.1.1.
    if body.starts(with: [0x1f, 0x8b]) { return "missing, and its bytes begin as gzip" }
    if body.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) { return "missing, and its bytes begin as zstd" }
    return nil
  }

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
    endpoint: Endpoint,
    freshness: Freshness,
    signedAtSeconds: Int64?
  ) throws(UnusableEvent) {
    let envelope = try UnusableEvent.readEnvelope(body)
    self.init(
      eventID: try UnusableEvent.eventID(of: envelope, signed: signedEventID),
      envelope: envelope,
      source: source,
      receivedAtMilliseconds: receivedAtMilliseconds,
      endpoint: endpoint.path,
      freshness: freshness,
      // A stamp of whole seconds passes until the second is over.
      signedAtMilliseconds: signedAtSeconds.map { $0 * 1000 + 999 },
      payload: body
    )
  }
}

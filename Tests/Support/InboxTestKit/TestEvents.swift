internal import LinqEvents
internal import LinqhookAuthentication
package import LinqhookInbox

/// An event as Ingress would offer it.
package func inboundEvent(
  _ eventID: String,
  type: String = "message.received",
  chat: String = "chat-1",
  createdAt: Int64? = nil,
  receivedAt: Int64 = TestClock.start,
  isSigned: Bool = true,
  freshness: Freshness? = nil,
  signedAt: Int64? = nil,
  endpoint: String = "",
  padding: Int = 0
) -> InboundEvent {
  let pad = String(repeating: "x", count: padding)
  let body =
    #"{"api_version":"v2","event_id":"\#(eventID)","event_type":"\#(type)","#
    + #""data":{"chat_id":"\#(chat)","pad":"\#(pad)"}}"#
  return InboundEvent(
    eventID: eventID,
    envelope: EventEnvelope(
      eventType: type,
      eventID: eventID,
      apiVersion: "v2",
      createdAtMilliseconds: createdAt,
      chatID: chat
    ),
    source: "line=1",
    receivedAtMilliseconds: receivedAt,
    endpoint: endpoint,
    freshness: freshness ?? (isSigned ? .proven : .createdAt),
    signedAtMilliseconds: signedAt,
    payload: Array(body.utf8)
  )
}

/// An endpoint with these keys.
package func endpointKeys(
  _ path: String,
  _ keys: String...,
  toleranceMinutes: Int64 = 5
) throws -> EndpointKeys {
  EndpointKeys(
    path: path,
    keys: try keys.map { try Secret($0) },
    toleranceMilliseconds: toleranceMinutes * 60_000
  )
}

/// A request as Ingress would refuse it; of one class when nothing else is said. Its body begins with the detail, so
/// that requests with different ones are different.
package func refusedRequest(
  _ reason: RefusalReason,
  _ quarantineClass: QuarantineClass? = nil,
  detail: String = "",
  from client: String = "192.0.2.1",
  signature: String = "sha256=00",
  receivedAt: Int64 = TestClock.start,
  bodySize: Int = 10
) -> QuarantinedRequest {
  QuarantinedRequest(
    receivedAtMilliseconds: receivedAt,
    reason: reason,
    detail: detail,
    quarantineClass: quarantineClass ?? (reason == .invalidSignature ? .unsigned : .authentic),
    remote: client,
    path: "/webhooks/linq",
    query: "line=1",
    headers: [.init(name: "X-Webhook-Signature", value: signature)],
    body: Array(detail.utf8) + Array(repeating: 120, count: max(0, bodySize - detail.utf8.count))
  )
}

/// A delivery that is held in some state.
package func deferredDelivery(
  _ sequence: Int64,
  _ state: DeferredDelivery.State,
  lane: String = "chat-1",
  dueAt: Int64 = 0
) -> DeferredDelivery {
  DeferredDelivery(
    sequence: sequence,
    state: state,
    lane: lane,
    attempts: 2,
    firstAttemptAtMilliseconds: 5,
    dueAtMilliseconds: dueAt,
    lastError: "no answer"
  )
}

extension EventAcceptor {
  /// Offers events together and waits for their outcomes.
  package func accept(_ events: [InboundEvent]) async -> [AcceptanceOutcome] {
    await withCheckedContinuation { continuation in
      accept(events) { continuation.resume(returning: $0) }
    }
  }
}

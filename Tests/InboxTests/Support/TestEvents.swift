import Inbox
import LinqEvents

/// An event as Ingress would offer it.
func inboundEvent(
  _ eventID: String,
  type: String = "message.received",
  chat: String = "chat-1",
  createdAt: Int64? = nil,
  receivedAt: Int64 = TestClock.start,
  isSigned: Bool = true,
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
    hasSignedTimestamp: isSigned,
    payload: Array(body.utf8)
  )
}

/// A request as Ingress would refuse it.
func refusedRequest(
  _ reason: RefusalReason,
  detail: String = "",
  bodySize: Int = 10
) -> RefusedRequest {
  RefusedRequest(
    receivedAtMilliseconds: TestClock.start,
    reason: reason,
    detail: detail,
    remote: "192.0.2.1",
    path: "/webhooks/linq",
    query: "line=1",
    headers: [.init(name: "X-Webhook-Signature", value: "sha256=00")],
    body: Array(repeating: 120, count: bodySize)
  )
}

/// A delivery that is held in some state.
func deferredDelivery(
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
  func accept(_ events: [InboundEvent]) async -> [AcceptanceOutcome] {
    await withCheckedContinuation { continuation in
      accept(events) { continuation.resume(returning: $0) }
    }
  }
}

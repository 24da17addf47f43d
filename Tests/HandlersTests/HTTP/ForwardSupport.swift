import LinqEvents
import LinqhookDelivery
import LinqhookInbox

/// Spaces and order as no serialiser would write them.
let payload = Array(#"{ "event_type":"message.received",  "event_id":"evt_1" }"#.utf8)

/// An attempt to deliver `payload`.
func attempt(number: Int = 1, eventID: String = "evt_1") -> DeliveryAttempt {
  let event = StoredEvent(
    sequence: 1,
    eventID: eventID,
    envelope: EventEnvelope(eventType: "message.received", eventID: eventID),
    source: nil,
    receivedAtMilliseconds: 1_700_000_000_000,
    payload: payload
  )
  return DeliveryAttempt(event: event, attempt: number)
}

import LinqEvents
import LinqhookDelivery
import LinqhookInbox

// How the control API writes what it knows. Members without a value are left out.

extension JSONValue {
  /// A time of milliseconds since 1970, in RFC 3339.
  init(instant milliseconds: Int64) { self.init(RFC3339.text(milliseconds: milliseconds)) }

  init(deadLetter: (handler: String, delivery: DeferredDelivery, event: EventSummary)) {
    let (handler, delivery, event) = deadLetter
    self.init(presentMembers: [
      "handler": JSONValue(handler),
      "sequence": JSONValue(event.sequence),
      "event_id": JSONValue(event.eventID),
      "event_type": JSONValue(event.eventType),
      "received_at": JSONValue(instant: event.receivedAtMilliseconds),
      "attempts": JSONValue(delivery.attempts),
      "first_attempt_at": delivery.firstAttemptAtMilliseconds.map { JSONValue(instant: $0) },
      "error": delivery.lastError.map { JSONValue($0) },
    ])
  }
}

extension ListedEvent {
  var json: JSONValue {
    json(
      deliveries: deliveries.map {
        ["handler": JSONValue($0.handler), "state": JSONValue($0.state.rawValue)]
      }
    )
  }

  func json(deliveries: [JSONValue], payload: JSONValue? = nil) -> JSONValue {
    JSONValue(presentMembers: [
      "sequence": JSONValue(event.sequence),
      "event_id": JSONValue(event.eventID),
      "event_type": JSONValue(event.eventType),
      "state": JSONValue(state.rawValue),
      "received_at": JSONValue(instant: event.receivedAtMilliseconds),
      "created_at": createdAt.map { JSONValue($0) },
      "chat_id": chatID.map { JSONValue($0) },
      "source": event.source.map { JSONValue($0) },
      "bytes": JSONValue(payloadBytes),
      "deliveries": .array(deliveries),
      "payload": payload,
    ])
  }
}

extension ArchivedEvent {
  /// What a list shows, with all that is known of the deliveries, and the payload.
  var json: JSONValue {
    ListedEvent(self).json(deliveries: deliveries.map(\.json), payload: event.payloadJSON)
  }
}

extension ArchivedEvent.Delivery {
  fileprivate var json: JSONValue {
    let row = deferred
    let isOpen = row?.state == .waiting || row?.state == .retrying
    // Lists count it as delivered; here it is shown by its own name.
    let isSkipped = row?.state == .skipped
    return JSONValue(presentMembers: [
      "handler": JSONValue(handler),
      "state": JSONValue(isSkipped ? "skipped" : state.rawValue),
      "attempts": row.map { JSONValue($0.attempts) },
      "first_attempt_at": row?.firstAttemptAtMilliseconds.map { JSONValue(instant: $0) },
      "next_attempt_at": row.flatMap {
        isOpen && $0.dueAtMilliseconds > 0 ? JSONValue(instant: $0.dueAtMilliseconds) : nil
      },
      (isSkipped ? "reason" : "error"): row?.lastError.map { JSONValue($0) },
    ])
  }
}

extension StoredEvent {
  /// The event's own JSON. What is stored was read as JSON before, so the text is for a damaged file only.
  var payloadJSON: JSONValue {
    let bytes = payload
    return (try? JSONValue(parsing: bytes.span)) ?? JSONValue(String(decoding: bytes, as: UTF8.self))
  }

  /// An answer about this event.
  func answer(_ more: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    guard case .object(let members) = JSONValue(presentMembers: more) else { return .null }
    let own = [
      JSONValue.Member("sequence", JSONValue(sequence)), JSONValue.Member("event_id", JSONValue(eventID)),
    ]
    return .object(own + members)
  }
}

extension HandlerStatus {
  var json: JSONValue {
    let (word, since, probeAt): (String?, Int64?, Int64?) =
      switch health {
      case .working: ("working", nil, nil)
      case .failing(let sinceMilliseconds, let nextProbeAtMilliseconds):
        ("failing", sinceMilliseconds, nextProbeAtMilliseconds)
      case nil: (nil, nil, nil)
      }
    return JSONValue(presentMembers: [
      "handler": JSONValue(handler),
      "pending": JSONValue(pendingEvents),
      "dead": JSONValue(deadLetters),
      "paused": .scalar(.bool(isPaused)),
      "health": word.map { JSONValue($0) },
      "failing_since": since.map { JSONValue(instant: $0) },
      "next_probe_at": probeAt.map { JSONValue(instant: $0) },
      "failures_in_a_row": health.map { _ in JSONValue(failuresInARow) },
      "last_error": (lastFailure?.reason).map { JSONValue($0) },
      "last_error_at": (lastFailure?.atMilliseconds).map { JSONValue(instant: $0) },
      "last_error_event_id": (lastFailure?.eventID).map { JSONValue($0) },
      "last_error_attempt": (lastFailure?.attempt).map { JSONValue($0) },
      "stray_lines": (programs?.strayLines).map { JSONValue($0) },
      "unknown_answers": (programs?.unknownAnswers).map { JSONValue($0) },
      "restarts": (programs?.restarts).map { JSONValue($0) },
    ])
  }
}

extension ReplayOutcome {
  /// As the API says it.
  var word: String {
    switch self {
    case .queued: "queued"
    case .alreadyPending: "already_pending"
    case .handlerHangs: "handler_hangs"
    }
  }
}

import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import Logging

// Events and dead letters.

extension ControlService {
  func listEvents(_ query: String?) async throws -> JSONValue {
    let parameters = try ControlParameters(
      query,
      known: ["state", "handler", "type", "since", "after", "before", "limit", "preview", "wait"]
    )
    try await waiters.wait(seconds: try parameters.waitSeconds(), after: try parameters.after(), inbox)
    let isPreviewed = try parameters.flag("preview")
    // Read first: who follows by it rather sees an event twice than never.
    let lastSequence = inbox.statistics.lastSequence
    let events = try await inbox.list(
      EventQuery(
        state: try parameters.state(),
        handler: parameters["handler"],
        type: parameters["type"].map(EventTypePattern.init),
        sinceMilliseconds: try parameters.instant("since"),
        afterSequence: try parameters.after(),
        beforeSequence: try parameters.before(),
        limit: isPreviewed ? min(try parameters.limit(), Self.maxPreviews) : try parameters.limit()
      )
    )
    let listed = isPreviewed ? try await previewed(events) : events.map(\.json)
    return ["events": .array(listed), "last_sequence": JSONValue(lastSequence)]
  }

  /// Of several events with one id, which there are when the id had left the dedup window, the newest.
  func event(_ reference: ControlRoute.EventReference) async throws -> ArchivedEvent {
    let found: ArchivedEvent?
    switch reference {
    case .id(let id): found = try await inbox.find(eventID: id).last
    case .sequence(let sequence):
      var sameID: [ArchivedEvent] = []
      if let event = try await inbox.event(sequence: sequence) {
        sameID = try await inbox.find(eventID: event.eventID)
      }
      found = sameID.first { $0.event.sequence == sequence }
    }
    if let found { return found }
    throw ControlProblem(
      .notFound,
      "There is no event \(reference.text) in the inbox; retention may have removed it."
    )
  }

  func replay(_ reference: ControlRoute.EventReference, _ query: String?) async throws -> JSONValue {
    let handler = try ControlParameters(query, known: ["handler"])["handler"]
    let event = try await event(reference).event
    let outcomes =
      if let handler {
        [(handler: handler, outcome: try await deliveries.replay(sequence: event.sequence, handler: handler))]
      } else {
        try await deliveries.replay(sequence: event.sequence)
      }
    for (handler, outcome) in outcomes {
      note("operator replayed an event", event, handler, ["outcome": "\(outcome.word)"])
    }
    return event.answer([
      "deliveries": .array(
        outcomes.map { ["handler": JSONValue($0.handler), "outcome": JSONValue($0.outcome.word)] }
      )
    ])
  }

  func listDead(_ query: String?) async throws -> JSONValue {
    let parameters = try ControlParameters(query, known: ["handler", "limit"])
    let letters = try await inbox.deadLetters(
      handler: parameters["handler"],
      limit: try parameters.limit()
    )
    return ["dead_letters": .array(letters.map { JSONValue(deadLetter: $0) })]
  }

  func retryDead(_ sequence: Int64, _ handler: String) async throws -> JSONValue {
    let event = try await event(.sequence(sequence)).event
    let outcome = try await deliveries.retryDead(sequence: sequence, handler: handler)
    note("operator retried a dead letter", event, handler, ["outcome": "\(outcome.word)"])
    return event.answer(["handler": JSONValue(handler), "outcome": JSONValue(outcome.word)])
  }

  func dropDead(_ sequence: Int64, _ handler: String) async throws -> JSONValue {
    let event = try await event(.sequence(sequence)).event
    try await deliveries.dropDead(sequence: sequence, handler: handler)
    note("operator dropped a dead letter", event, handler)
    return event.answer(["handler": JSONValue(handler), "outcome": "dropped"])
  }
}

extension ControlRoute.EventReference {
  fileprivate var text: String {
    switch self {
    case .id(let id): id
    case .sequence(let sequence): "#\(sequence)"
    }
  }
}

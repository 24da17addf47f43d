import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import Logging

// Handlers: those of the configuration, and those that are gone from it and have left a backlog.

extension ControlService {
  func listHandlers() async throws -> JSONValue {
    let handlerStatuses = try await deliveries.handlerStatuses()
    let configured = Set(handlerStatuses.map(\.handler))
    var handlers = handlerStatuses.map { JSONValue($0, isConfigured: true) }
    for known in try await inbox.handlers() where !configured.contains(known.handler) {
      var standing = try await standing(ofGone: known.handler)
      standing.isPaused = known.isPaused
      handlers.append(JSONValue(standing, isConfigured: false))
    }
    return ["handlers": .array(handlers)]
  }

  func setPaused(_ handler: String, _ isPaused: Bool) async throws -> JSONValue {
    try await deliveries.setPaused(isPaused, handler: handler)
    logger.notice(
      isPaused ? "operator paused a handler" : "operator resumed a handler",
      metadata: ["handler": "\(handler)"]
    )
    return ["handler": JSONValue(handler), "outcome": JSONValue(isPaused ? "paused" : "resumed")]
  }

  func forgetHandler(_ handler: String) async throws -> JSONValue {
    let left: HandlerStatus
    do {
      left = try await standing(ofGone: handler)
    } catch {
      // A handler that is configured and has never run is no stranger.
      guard error.code == .notFound else { throw error }
      left = HandlerStatus(handler: handler, pendingEvents: 0, deadLetters: 0)
    }
    try await deliveries.forget(handler: handler)
    logger.notice(
      "operator dropped a handler's backlog",
      metadata: [
        "handler": "\(handler)", "pending": "\(left.pendingEvents)", "dead": "\(left.deadLetters)",
      ]
    )
    return [
      "handler": JSONValue(handler), "outcome": "dropped", "pending": JSONValue(left.pendingEvents),
      "dead": JSONValue(left.deadLetters),
    ]
  }

  private func standing(ofGone handler: String) async throws(InboxError) -> HandlerStatus {
    let counts = try await inbox.counts(handler: handler)
    return HandlerStatus(handler: handler, pendingEvents: counts.pending, deadLetters: counts.dead)
  }
}

extension JSONValue {
  fileprivate init(_ standing: HandlerStatus, isConfigured: Bool) {
    guard case .object(let members) = standing.json else {
      self = .null
      return
    }
    self = .object(members + [Member("configured", JSONValue.scalar(.bool(isConfigured)))])
  }
}

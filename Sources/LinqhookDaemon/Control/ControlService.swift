import Ingress
import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import Logging
import MicroHTTP

// What an operator may see and do, as one function from a request to an answer in JSON. There are three ways to
// it: the control socket of a running receiver, its admin address when a token is set, and `StoppedReceiver`,
// which calls it in the process of the command when no receiver runs. Who may call is decided there, by the
// mode of the socket, the token, and the rights on the file.
//
//   GET    /api/receiver                           which inbox answers, and whether a receiver runs on it
//   GET    /api/stats
//   GET    /api/events?state=&handler=&type=&since=&after=&before=&limit=&preview=&wait=
//   GET    /api/events/{id}?message=               an event id, or # and a sequence, percent-encoded
//   POST   /api/events/{id}/replay?handler=
//   GET    /api/dead?handler=&limit=
//   POST   /api/dead/{handler}/{sequence}/retry
//   DELETE /api/dead/{handler}/{sequence}
//   GET    /api/handlers
//   DELETE /api/handlers/{handler}                 one that is gone from the configuration
//   POST   /api/handlers/{handler}/pause           or resume: one of the configuration
//   GET    /api/quarantine?after=&limit=
//   GET    /api/quarantine/{number}
//   DELETE /api/quarantine/{number}
//   POST   /api/quarantine/reverify
//   POST   /api/quarantine/{number}/accept

/// Answers the operator's requests.
struct ControlService: Sendable {
  let inbox: any Inbox
  let deliveries: any DeliveryControl
  let review: QuarantineReview
  /// The path of the inbox, to tell and to compare.
  let inboxPath: String
  /// Whether a receiver is at work on the inbox.
  let isRunning: Bool
  /// Hears of everything that changes something.
  let logger: Logger
  /// Those who wait for the next event.
  let waiters = EventWaiters()

  /// Answers one request.
  func respond(to request: HTTPSnapshot) async -> HTTPResponse {
    do {
      try checkInbox(request)
      let route = try ControlRoute(method: request.method, path: request.path)
      return HTTPResponse(control: try await answer(route, query: request.query))
    } catch {
      return ControlProblem(error).response
    }
  }

  private func checkInbox(_ request: HTTPSnapshot) throws(ControlProblem) {
    let field = request.headers.first { $0.name.lowercased() == ControlSocket.inboxHeader.lowercased() }
    guard let meant = field?.value, meant != ControlSocket.headerValue(inboxPath: inboxPath) else { return }
    throw ControlProblem(.otherInbox, "The receiver that answers here has the inbox \(inboxPath).")
  }

  private func answer(_ route: ControlRoute, query: String?) async throws -> JSONValue {
    switch route {
    case .receiver: return receiver
    case .stats: return try await stats()
    case .listEvents: return try await listEvents(query)
    case .showEvent(let reference): return try await showEvent(reference, query)
    case .replay(let reference): return try await replay(reference, query)
    case .listDead: return try await listDead(query)
    case .retryDead(let handler, let sequence): return try await retryDead(sequence, handler)
    case .dropDead(let handler, let sequence): return try await dropDead(sequence, handler)
    case .listHandlers: return try await listHandlers()
    case .forgetHandler(let handler): return try await forgetHandler(handler)
    case .setPaused(let handler, let isPaused): return try await setPaused(handler, isPaused)
    case .listQuarantine: return try await listQuarantine(query)
    case .showQuarantined(let number): return try await showQuarantined(number)
    case .dropQuarantined(let number): return try await dropQuarantined(number)
    case .reverify: return try await reverify()
    case .acceptQuarantined(let number): return try await acceptQuarantined(number)
    }
  }
}

extension ControlService {
  /// Leaves a trace in the log of what the operator changed.
  func note(
    _ message: Logger.Message,
    _ event: StoredEvent,
    _ handler: String,
    _ more: Logger.Metadata = [:]
  ) {
    let fields: Logger.Metadata = ["event_id": "\(event.eventID)", "handler": "\(handler)"]
    logger.notice(message, metadata: fields.merging(more) { first, _ in first })
  }

  private var receiver: JSONValue {
    [
      "receiver": JSONValue(isRunning ? "running" : "stopped"), "inbox": JSONValue(inboxPath),
      "version": JSONValue(LinqhookVersion.current),
    ]
  }

  private func stats() async throws -> JSONValue {
    let figures = inbox.statistics
    let counts = try await inbox.counts(handler: nil)
    let handlers = try await deliveries.handlerStatuses().map(\.json)
    return [
      "receiver": JSONValue(isRunning ? "running" : "stopped"),
      "events": [
        "pending": JSONValue(counts.pending), "delivered": JSONValue(counts.delivered),
        "dead": JSONValue(counts.dead),
      ],
      "handlers": .array(handlers),
      "inbox": JSONValue(presentMembers: [
        "path": JSONValue(inboxPath),
        "bytes": JSONValue(figures.bytes),
        "last_sequence": JSONValue(figures.lastSequence),
        "dedup_ids": JSONValue(figures.dedupEntries),
        "quarantined": JSONValue(figures.quarantineEntries),
        // The clock may have been ahead then and set right since.
        "last_event_at": figures.lastEventAtMilliseconds.map {
          JSONValue(instant: min($0, WallClock.milliseconds()))
        },
      ]),
    ]
  }
}

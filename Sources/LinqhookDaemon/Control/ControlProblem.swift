import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import MicroHTTP

/// Why a request of the operator was not fulfilled. It decides its own answer: a status, a word for programs and
/// a sentence for people.
struct ControlProblem: Error {
  /// The word for programs: the member `error` of the answer.
  enum Code: String, Sendable {
    /// Something in the request makes no sense.
    case invalidRequest = "invalid_request"
    /// No such path, event, handler or request in quarantine.
    case notFound = "not_found"
    /// The path exists, the method does not.
    case methodNotAllowed = "method_not_allowed"
    /// The event is no dead letter of that handler.
    case notDead = "not_dead"
    /// A request in quarantine cannot be let in, whatever the operator says.
    case notAcceptable = "not_acceptable"
    /// The handler is in the configuration.
    case handlerConfigured = "handler_configured"
    /// This receiver has another inbox than the one that was meant.
    case otherInbox = "other_inbox"
    /// Stopping, closed, taken by another process, or a handler hangs.
    case unavailable
    /// The inbox could not be read or written.
    case storage
    /// A fault of linqhook.
    case fault

    var status: Int {
      switch self {
      case .invalidRequest: 400
      case .notFound: 404
      case .methodNotAllowed: 405
      case .notDead, .notAcceptable, .handlerConfigured: 409
      case .otherInbox: 421
      case .unavailable: 503
      case .storage, .fault: 500
      }
    }
  }

  let code: Code
  let detail: String

  init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }

  /// Finds the words for whatever the modules below threw.
  init(_ error: any Error) {
    switch error {
    case let problem as ControlProblem: self = problem
    case let error as DispatcherError: self.init(Self.code(error.code), error.description)
    case let error as InboxError: self.init(Self.code(error.code), error.description)
    default: self.init(.fault, "\(error)")
    }
  }

  private static func code(_ code: DispatcherError.Code) -> Code {
    switch code {
    case .unknownHandler, .unknownEvent: .notFound
    case .notDead: .notDead
    case .handlerConfigured: .handlerConfigured
    case .stopping, .handlerHangs: .unavailable
    case .handlerNotStarted, .duplicateHandler, .attemptOver: .fault
    }
  }

  private static func code(_ code: InboxError.Code) -> Code {
    switch code {
    case .notFound: .notFound
    case .inUse, .closed: .unavailable
    case .inputOutput, .full, .damaged, .newerVersion, .unsafeStorage, .mixedFiles, .badCopy,
      .acknowledgedEventsLost:
      .storage
    }
  }

  var response: HTTPResponse {
    HTTPResponse(
      control: ["error": JSONValue(code.rawValue), "detail": JSONValue(detail)],
      status: code.status
    )
  }
}

extension HTTPResponse {
  /// An answer that no cache keeps: it may hold what people wrote to each other.
  convenience init(control body: JSONValue, status: Int = 200) {
    self.init(
      status: status,
      headers: [
        HTTPHeaderField("Content-Type", "application/json"), HTTPHeaderField("Cache-Control", "no-store"),
      ],
      body: body.compactBytes
    )
  }
}

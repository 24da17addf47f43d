import LinqhookInbox
import Logging
import MicroHTTP

// How the log shows what the store and the HTTP servers report: a fixed fragment to search for, and in `detail` the
// whole sentence with what to do.

extension Logger {
  /// Logs what the store reports.
  func report(_ diagnostic: InboxDiagnostic) {
    log(
      level: Level(diagnostic.severity),
      diagnostic.kind.fragment,
      metadata: ["detail": "\(diagnostic.description)"]
    )
  }

  /// Logs what an HTTP server reports.
  @Sendable func report(_ diagnostic: HTTPDiagnostic) {
    var metadata: Metadata = ["detail": "\(diagnostic.sentence)"]
    if let remote = diagnostic.remoteAddress { metadata["remote"] = "\(remote)" }
    warning(diagnostic.fragment, metadata: metadata)
  }
}

extension Logger.Level {
  fileprivate init(_ severity: InboxDiagnostic.Severity) {
    switch severity {
    case .notice: self = .notice
    case .warning: self = .warning
    case .alarm: self = .error
    }
  }
}

extension InboxDiagnostic.Kind {
  fileprivate var fragment: Logger.Message {
    switch self {
    case .unsafeFileSystem: "inbox on unsafe storage"
    case .openFolder: "other users may enter the inbox's folder"
    case .acknowledgedEventsLost: "storage lost acknowledged events"
    case .dedupWindowTooSmall: "event ids forgotten too early"
    case .idsFull: "too many event ids; answering 503"
    case .pagesChecked: "checked every page of the inbox; all are sound"
    case .diskFull: "no room for the inbox; answering 503"
    case .storeFailed: "store failed; answering 503"
    case .recovered: "store works again"
    }
  }
}

extension HTTPDiagnostic {
  fileprivate var fragment: Logger.Message {
    switch self {
    case .acceptFailed: "could not accept connections"
    case .userRefused: "rejected a process of another user on a unix socket"
    case .greetingRefused: "rejected a connection that does not begin with HTTP/1"
    case .requestTimedOut: "request too slow; answered 503"
    case .requestBrokenOff: "client left before its request was complete"
    case .answerNotTaken: "client too slow to take its response; connection closed"
    case .connectionsExhausted: "all connections in use; closing idle ones for new ones"
    case .requestRefused: "rejected a malformed request"
    case .libraryMessage: "message of libmicrohttpd"
    case .suppressed: "lines of the HTTP server left out"
    }
  }
}

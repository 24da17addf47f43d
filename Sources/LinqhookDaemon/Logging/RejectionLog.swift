import Ingress
import LinqhookInbox
import Logging
import Synchronization

/// Logs refused requests, at most ten lines a second for each reason: a flood of forgeries must not fill the
/// disk with lines about them. The next line counts those that were left out.
final class RejectionLog: IngressObserver {
  private struct Window {
    var startedAt: ContinuousClock.Instant
    var written = 0
    var suppressed = 0
  }

  static let maxLinesPerSecond = 10

  private let logger: Logger
  private let windows = Mutex<[String: Window]>([:])
  private let paths: Mutex<UnknownPathLines>
  private let unknownEvents: UnknownEventLines
  private let now: @Sendable () -> ContinuousClock.Instant

  init(logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.logger = logger
    self.now = now
    paths = Mutex(UnknownPathLines(at: now()))
    unknownEvents = UnknownEventLines(logger: logger)
  }

  func refused(_ refusal: Rejection) {
    if refusal.reason == .unknownPath {
      warnOfUnknownPath(
        "signed request to an unknown path; it is kept in the quarantine",
        refusal.path,
        isKept: true,
        ["detail": "\(refusal.detail)", "remote": "\(refusal.remote)", "request_id": "\(refusal.requestID)"]
      )
      return
    }
    warn(
      "rejected a request; it is kept in the quarantine",
      reason: refusal.reason.rawValue,
      [
        "detail": "\(refusal.detail)", "remote": "\(refusal.remote)", "path": "\(refusal.path)",
        "status": "\(refusal.status)", "request_id": "\(refusal.requestID)",
      ]
    )
  }

  func rejectedEarly(_ refusal: EarlyRejection) {
    warn(
      "rejected a request unread; nothing of it is kept",
      reason: refusal.reason.rawValue,
      [
        "remote": "\(refusal.remote)", "path": "\(refusal.path)", "status": "\(refusal.status)",
        "request_id": "\(refusal.requestID)",
      ]
    )
  }

  func refusedUnknownPath(_ refusal: UnknownPathRefusal) {
    warnOfUnknownPath(
      "request to an unknown path; nothing of it is kept",
      refusal.path,
      isKept: false,
      ["remote": "\(refusal.remote)", "request_id": "\(refusal.requestID)"]
    )
  }

  func acceptedUnknown(_ finding: UnknownFinding) { unknownEvents.log(finding) }

  func nothingVerified(_ finding: UnverifiedEndpoint) {
    let logger = logger
    // Looking for the cause goes over the body many times, and nobody waits for it.
    Task.detached(priority: .utility) {
      logger.error(
        "no signature has matched since the endpoint's secrets were loaded; answering 503, check the secret",
        metadata: [
          "path": "\(finding.path)", "mismatches": "\(finding.mismatchCount)", "remote": "\(finding.remote)",
          "request_id": "\(finding.requestID)", "explanation": "\(finding.explain().joined(separator: " "))",
        ]
      )
    }
  }

  private func warnOfUnknownPath(
    _ message: Logger.Message,
    _ path: String,
    isKept: Bool,
    _ fields: @autoclosure () -> Logger.Metadata
  ) {
    let key = (isKept ? "kept " : "") + path.prefix(256)
    guard let suppressedBefore = paths.withLock({ $0.admit(key, at: now()) }) else { return }
    var metadata = fields()
    metadata["path"] = "\(path)"
    metadata["reason"] = "\(RefusalReason.unknownPath.rawValue)"
    metadata["status"] = "404"
    if suppressedBefore > 0 { metadata["not_logged"] = "\(suppressedBefore)" }
    logger.log(level: isKept ? .warning : .notice, message, metadata: metadata)
  }

  private func warn(_ message: Logger.Message, reason: String, _ fields: @autoclosure () -> Logger.Metadata) {
    guard let suppressedBefore = admit(reason) else { return }
    var metadata = fields()
    metadata["reason"] = "\(reason)"
    if suppressedBefore > 0 { metadata["not_logged"] = "\(suppressedBefore)" }
    logger.warning(message, metadata: metadata)
  }

  /// How many lines were left out since the last one, or nil if this one is to be left out too.
  private func admit(_ reason: String) -> Int? {
    let instant = now()
    return windows.withLock { windows in
      var window = windows[reason] ?? Window(startedAt: instant)
      if instant - window.startedAt >= .seconds(1) {
        window = Window(startedAt: instant, suppressed: window.suppressed)
      }
      defer { windows[reason] = window }
      guard window.written < Self.maxLinesPerSecond else {
        window.suppressed += 1
        return nil
      }
      window.written += 1
      defer { window.suppressed = 0 }
      return window.suppressed
    }
  }
}

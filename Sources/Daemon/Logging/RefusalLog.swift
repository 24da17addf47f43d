import Inbox
import Ingress
import Logging
import Synchronization

/// Logs refused requests, at most ten lines a second for each reason: a flood of forgeries must not fill the
/// disk with its own story. What was left out is said with the next line.
final class RefusalLog: IngressObserver {
  private struct Window {
    var startedAt: ContinuousClock.Instant
    var written = 0
    var suppressed = 0
  }

  static let linesPerSecondMax = 10

  private let logger: Logger
  private let windows = Mutex<[String: Window]>([:])
  private let now: @Sendable () -> ContinuousClock.Instant

  init(logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.logger = logger
    self.now = now
  }

  func refused(_ refusal: Refusal) {
    warn(
      "Refused a request; it is kept in the quarantine.",
      reason: refusal.reason.rawValue,
      [
        "detail": "\(refusal.detail)", "remote": "\(refusal.remote)", "path": "\(refusal.path)",
        "status": "\(refusal.status)", "request_id": "\(refusal.requestID)",
      ]
    )
  }

  func refusedUnread(_ refusal: UnreadRefusal) {
    warn(
      "Refused a request unread; nothing of it is kept.",
      reason: refusal.reason.rawValue,
      [
        "remote": "\(refusal.remote)", "path": "\(refusal.path)", "status": "\(refusal.status)",
        "request_id": "\(refusal.requestID)",
      ]
    )
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
      guard window.written < Self.linesPerSecondMax else {
        window.suppressed += 1
        return nil
      }
      window.written += 1
      defer { window.suppressed = 0 }
      return window.suppressed
    }
  }
}

import LinqEvents
import LinqhookInbox
import Logging

// What became of an attempt.
extension LanePump {
  /// Bytes of an error that are kept with a row: the last 4 KiB of a hook's standard error, and a sentence before them.
  static let maxErrorBytes = 4096 + 256
  /// A delivery that is postponed for no time at all must not keep the store busy.
  private static let minPostponement = Duration.milliseconds(10)
  /// A delivery that is postponed for longer is tried before.
  private static let maxPostponement = Duration.seconds(24 * 3600)

  func settle(_ finished: FinishedAttempt) {
    guard let (key, delivery) = lanes.running(finished.slot) else { return }
    let attempt = RunningAttempt(slot: finished.slot, key: key, delivery: delivery, finished: finished)
    switch finished.result {
    case .delivered: delivered(attempt)
    case .dead(let reason):
      noteRefusal(attempt)
      giveUp(attempt.failed(reason: reason, attempts: delivery.attempts + 1, wall: wall(finished.began)))
    case .retry(let reason, let after):
      if finished.wasCancelled {
        interrupted(attempt)
      } else {
        failed(attempt, reason: reason, requestedAfter: after)
      }
    case .interrupted: interrupted(attempt)
    case .skipped(let reason): skipped(attempt, reason: reason)
    case .postponed(let reason, let after):
      postponed(attempt, reason: reason, after: after)
    }
    wakeLoader()
    resumeIntake()
  }

  private func delivered(_ attempt: RunningAttempt) {
    noteDelivery(attempt)
    let delivery = attempt.delivery
    let sequence = delivery.event.sequence
    var record: Int?
    // Where an older event keeps the cursor back, the row must tell after a kill that this one was answered.
    if delivery.attempts > 0 || (delivery.outbox != nil && tracker.cursor < sequence) {
      var history = delivery
      history.attempts += 1
      record = writer.stage(rows: [history.row(.delivered, lane: attempt.key)])
    } else if delivery.hasRow {
      record = writer.stage(removed: [sequence])
    }
    advance(past: sequence)
    lanes.finish(attempt.slot, record: record)
    count(attempt) { $0.delivered += 1 }
  }

  private func giveUp(_ attempt: RunningAttempt) {
    let delivery = attempt.delivery
    let row = delivery.row(.dead, lane: attempt.key, dueAtMilliseconds: wall(attempt.finished.ended))
    let record = writer.stage(rows: [row])
    advance(past: delivery.event.sequence)
    lanes.finish(attempt.slot, record: record)
    count(attempt) { $0.dead += 1 }
    log(.warning, "delivery failed for good; event is now a dead letter", delivery)
  }

  private func failed(_ attempt: RunningAttempt, reason: String, requestedAfter: Duration?) {
    noteFailure(attempt, requestedAfter: requestedAfter)
    var attempts = attempt.delivery.attempts + 1
    if attempt.delivery.isProbe {
      // One is left for when the target works again.
      attempts = max(attempt.delivery.attempts, min(attempts, registration.retry.attempts - 1))
    }
    let attempt = attempt.failed(reason: reason, attempts: attempts, wall: wall(attempt.finished.began))
    switch decide(attempt.delivery, at: attempt.finished.ended, requestedAfter) {
    case .giveUp: giveUp(attempt)
    case .retry(let after):
      hold(attempt, as: .retrying, until: attempt.finished.ended + after)
      count(attempt) { $0.retried += 1 }
      say(attempt)
    }
  }

  private func decide(
    _ delivery: PendingDelivery,
    at now: Duration,
    _ requestedAfter: Duration?
  ) -> RetryPolicy.Decision {
    let first = delivery.firstAttemptAtMilliseconds ?? wall(now)
    var policy = registration.retry
    if delivery.isProbe { policy.attempts = .max }
    return policy.next(
      attempt: delivery.attempts,
      age: .milliseconds(max(wall(now) - first, 0)),
      requestedAfter: requestedAfter,
      random: .random(in: 0..<1)
    )
  }

  private func hold(_ attempt: RunningAttempt, as state: DeferredDelivery.State, until: Duration) {
    let dropped = lanes.hold(attempt.slot, until: until).filter { !$0.hasRow }
    var rows = dropped.map { $0.openRow(lane: attempt.key) }
    rows.append(attempt.delivery.row(state, lane: attempt.key, dueAtMilliseconds: wall(until)))
    lanes.readHeld(attempt.slot, afterRecord: writer.stage(rows: rows))
    for row in rows { advance(past: row.sequence) }
    arm(at: until)
  }

  /// A handler that fails must be seen, and one that fails for thousands of events must not fill the log.
  private func say(_ attempt: RunningAttempt) {
    let count = attemptNotices.take(now: attempt.finished.ended)
    log(
      count == nil ? .debug : .warning,
      "delivery failed; will be retried",
      attempt.delivery,
      failures: count ?? 1
    )
  }

  /// Its reason is with it; that the target works, or does not, is not known from this.
  private func skipped(_ attempt: RunningAttempt, reason: String) {
    endProbe(attempt)
    var delivery = attempt.delivery
    delivery.lastError = reason.asReason()
    let record = writer.stage(rows: [delivery.row(.skipped, lane: attempt.key)])
    advance(past: delivery.event.sequence)
    lanes.finish(attempt.slot, record: record)
    count(attempt) { $0.skipped += 1 }
  }

  /// It is given up when it has waited for the whole of its time, not earlier: what it waits for may end before.
  private func postponed(_ attempt: RunningAttempt, reason: String, after: Duration) {
    endProbe(attempt)
    let attempts = attempt.delivery.attempts
    let attempt = attempt.failed(reason: reason, attempts: attempts, wall: wall(attempt.finished.began))
    let now = attempt.finished.ended
    let age = Duration.milliseconds(wall(now) - (attempt.delivery.firstAttemptAtMilliseconds ?? wall(now)))
    let left = registration.retry.maxAge - age
    guard left > .zero else { return giveUp(attempt) }
    let time = min(max(after, Self.minPostponement), left, Self.maxPostponement)
    hold(attempt, as: attempt.delivery.openState, until: now + time)
    count(attempt) { _ in }
    log(.debug, "delivery postponed", attempt.delivery)
  }

  /// Where it was a probe it has told nothing, and the next one may go.
  private func endProbe(_ attempt: RunningAttempt) {
    if attempt.delivery.isProbe { watch.setProbing(false) }
  }

  // Cut off by a drain: it is not the event's fault and does not count.
  private func interrupted(_ attempt: RunningAttempt) {
    endProbe(attempt)
    lanes.putBack(attempt.slot)
    count(attempt) { _ in }
  }

  private func advance(past sequence: Int64) {
    let before = tracker.cursor
    tracker.settle(sequence)
    if tracker.cursor > before { writer.stage(cursor: tracker.cursor) }
    watchLaggards()
  }

  private func count(_ attempt: RunningAttempt, _ change: (inout HandlerStatistics) -> Void) {
    metrics.update {
      change(&$0)
      $0.durationSeconds.observe(attempt.finished.ended - attempt.finished.began)
      $0.pendingEvents = pendingCount
      $0.inFlight = inFlight
    }
    if lanes.pendingCount == 0 { updateOldest() }
  }

  private func log(
    _ level: Logger.Level,
    _ message: Logger.Message,
    _ delivery: PendingDelivery,
    failures: Int = 1
  ) {
    guard level >= context.logger.logLevel else { return }
    var metadata: Logger.Metadata = [
      "handler": "\(registration.name)", "event_id": "\(delivery.event.eventID)",
      "event_type": "\(delivery.event.envelope.eventType)", "attempt": "\(delivery.attempts)",
      "error": "\(delivery.lastError ?? "")",
    ]
    // With those since the line before.
    if failures > 1 { metadata["failures"] = "\(failures)" }
    context.logger.log(level: level, message, metadata: metadata)
  }

  func wall(_ instant: Duration) -> Int64 { clock.wallMilliseconds(at: instant) }
}

/// An attempt with the lane and the delivery that it belongs to.
struct RunningAttempt {
  let slot: Int
  let key: LaneKey
  var delivery: PendingDelivery
  let finished: FinishedAttempt

  /// The attempt as it is kept after a failure.
  func failed(reason: String, attempts: Int, wall: Int64) -> RunningAttempt {
    var attempt = self
    attempt.delivery.attempts = attempts
    attempt.delivery.firstAttemptAtMilliseconds = delivery.firstAttemptAtMilliseconds ?? wall
    attempt.delivery.lastError = reason.asReason()
    return attempt
  }
}

extension String {
  /// A handler's reason as it is kept: at most `maxUtf8Bytes` of whole characters, without the line feed and the blanks at
  /// its end, which programs write after their words.
  func asReason(maxUtf8Bytes: Int = LanePump.maxErrorBytes) -> String {
    var end = utf8.index(utf8.startIndex, offsetBy: min(utf8.count, maxUtf8Bytes))
    while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    while end > utf8.startIndex, utf8[utf8.index(before: end)] <= UInt8(ascii: " ") {
      end = utf8.index(before: end)
    }
    return end == utf8.endIndex ? self : String(self[..<end])
  }
}

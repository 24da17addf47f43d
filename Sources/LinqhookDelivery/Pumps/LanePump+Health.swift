import LinqhookInbox
import Logging

// Whether the target works at all: for the pace at which it is fed (FailureWatch), and for the operator (FailureStreak).
extension LanePump {
  /// An event went through.
  func noteDelivery(_ attempt: RunningAttempt) {
    let hadFailed = streak.count > 0
    streak.succeeded(atMilliseconds: wall(attempt.finished.ended))
    let wasProbed = watch.succeeded()
    if hadFailed || wasProbed { showHealth() }
  }

  /// The target refused an event for good: it is there, but that is nothing to be content with.
  func noteRefusal(_ attempt: RunningAttempt) {
    _ = watch.succeeded()
    noteFailedAttempt(attempt)
    showHealth()
  }

  /// An attempt failed.
  func noteFailure(_ attempt: RunningAttempt, requestedAfter: Duration?) {
    let now = attempt.finished.ended
    let requested = min(max(requestedAfter ?? .zero, .zero), .seconds(3600))
    let isNew = watch.failed(
      attempt.key,
      isProbe: attempt.delivery.isProbe,
      requestedAfter: requested,
      now: now,
      wallMilliseconds: wall(now)
    )
    noteFailedAttempt(attempt)
    showHealth()
    guard let state = watch.failing else { return }
    if isNew {
      context.logger.warning(
        "handler failing for many chats; probing with one event at a time",
        metadata: ["handler": "\(registration.name)"]
      )
    }
    arm(at: state.probeAt)
  }

  private func noteFailedAttempt(_ attempt: RunningAttempt) {
    streak.failed(
      firstAttemptAtMilliseconds: attempt.delivery.firstAttemptAtMilliseconds ?? wall(attempt.finished.began),
      atMilliseconds: wall(attempt.finished.ended)
    )
    let failure = HandlerFailure(
      reason: attempt.finished.result.reason.asReason(),
      atMilliseconds: wall(attempt.finished.ended),
      eventID: attempt.delivery.event.eventID,
      attempt: attempt.delivery.attempts + 1
    )
    metrics.update { $0.lastFailure = failure }
  }

  private func showHealth() {
    let began = [streak.failingSinceMilliseconds, watch.failing?.sinceMilliseconds].compactMap(\.self).min()
    let probeAt = (watch.failing?.probeAt).map(wall)
    let health = began.map {
      HandlerHealth.failing(sinceMilliseconds: $0, nextProbeAtMilliseconds: probeAt)
    }
    let count = streak.count
    metrics.update {
      $0.health = health ?? .working
      $0.failuresInARow = count
    }
    say(isFailing: health != nil)
  }

  /// A target that comes and goes is told of once a minute.
  private func say(isFailing: Bool) {
    guard isFailing != isFailingSaid else { return }
    if isFailing {
      guard failingNotices.take(now: clock.now) != nil else { return }
      context.logger.error(
        "handler failing; its last attempts have all failed, see `linqhook handlers list`",
        metadata: ["handler": "\(registration.name)", "failures": "\(streak.count)"]
      )
    } else {
      context.logger.notice("handler works again", metadata: ["handler": "\(registration.name)"])
    }
    isFailingSaid = isFailing
  }
}

extension DeliveryResult {
  /// Why it failed; empty where it did not.
  fileprivate var reason: String {
    switch self {
    case .retry(let reason, _), .dead(let reason): reason
    case .delivered, .interrupted, .skipped, .postponed: ""
    }
  }
}

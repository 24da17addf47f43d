import Logging

// Whether the target works at all.
extension LanePump {
  /// The target answered, be it with a refusal.
  func noteAnswer() {
    guard watch.succeeded() else { return }
    gauge.update { $0.health = .working }
    context.logger.notice("the handler works again", metadata: ["handler": "\(registration.name)"])
  }

  /// An attempt failed.
  func noteFailure(_ attempt: RunningAttempt, requestedAfterSeconds: Double?) {
    let now = attempt.finished.ended
    let requested = requestedAfterSeconds.map { $0.isFinite ? min(max($0, 0), 3600) : 0 } ?? 0
    let isNew = watch.failed(
      attempt.key,
      isProbe: attempt.delivery.isProbe,
      requestedAfter: .seconds(requested),
      now: now,
      wallMilliseconds: wall(now)
    )
    guard let state = watch.failing else { return }
    let health = HandlerHealth.failing(
      sinceMilliseconds: state.sinceMilliseconds,
      nextProbeAtMilliseconds: wall(state.probeAt)
    )
    gauge.update { $0.health = health }
    if isNew {
      context.logger.warning(
        "the handler fails for everything; it is asked with one event at a time until it works again",
        metadata: ["handler": "\(registration.name)"]
      )
    }
    arm(at: state.probeAt)
  }
}

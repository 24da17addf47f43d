internal import ChildProcesses
internal import Dispatch
internal import LinqhookDelivery
internal import Logging

// How a worker process ends: by itself, for an event that it never answered, or with processes left behind. What it
// had in flight is tried again, and it is started again after a pause.
extension Worker {
  func ended(_ child: ChildProcess, _ end: ChildEnd) {
    output.finish()
    outgoing = []
    let errorOutput = output.takeErrorTail()
    let tail = Self.sentence(errorOutput)
    if end.cause == nil { trouble = "The worker \(end.described) before it answered.\(tail)" }
    let since: ContinuousClock.Instant
    switch state {
    case .up(_, let start): since = start
    case .ending(_, let start, _):
      since = start
      queue.setDeadlineOfWaiting(.now + options.timeout)
    case .down, .stopping: return queue.returnInFlight(.interrupted)
    }
    queue.returnInFlight(.retry(reason: trouble))
    let life = ContinuousClock.now - since
    // One that was ended for its silence is told of by the events that it did not answer.
    if life < options.restart.healthy, end.cause == nil {
      board.noteEnd("The worker \(end.described).\(tail)")
    }
    warn(
      "worker ended; starting it again",
      ["end": "\(end.described)", "stderr": errorOutput.isEmpty ? nil : "\(errorOutput)"].compactMapValues(
        \.self
      )
    )
    state = .down
    relaunch(afterLifeOf: life)
  }

  private func errorTail() -> String { Self.sentence(output.takeErrorTail()) }

  private static func sentence(_ errorOutput: String) -> String {
    errorOutput.isEmpty ? "" : " stderr: \(errorOutput)"
  }

  /// A program that ends at once is started again and again.
  func warn(_ message: Logger.Message, _ metadata: Logger.Metadata) {
    let count = endNotices.take(now: ContinuousClock.now - origin)
    var metadata = metadata
    if let count, count > 1 { metadata["times"] = "\(count)" }
    logger.log(level: count == nil ? .debug : .warning, message, metadata: metadata)
  }

  func noteHealth(of child: ChildProcess) {
    if case .up(let now, _) = state, now === child { board.noteHealth() }
  }

  /// It may have ended before it was known here.
  func noteEnd(of child: ChildProcess) {
    if child.assumeIsolated({ $0.hasEnded }) { leaveLeftoversAlone() }
  }

  /// The process has ended, and what it left is being ended. Nobody there would read what is written now, and each event
  /// of it would lose an attempt: it waits for the next process.
  func leaveLeftoversAlone() {
    guard case .up(let child, let since) = state else { return }
    state = .ending(child, since: since, until: latestEnd(after: ChildProcess.leftoverGrace))
    outgoing = []
    queue.setDeadlineOfWaiting(deadline)
    logger.debug("worker ended; ending the processes that it left")
  }

  func relaunch(afterLifeOf life: Duration) {
    let pause = backoff.pause(afterLifeOf: life)
    board.count(\.restarts)
    executor.queue.asyncAfter(deadline: .now() + pause / .seconds(1)) { [weak self] in
      guard let self else { return }
      Task { await self.launch() }
    }
  }

  func scheduleTimeoutCheck() {
    guard !isTimeoutCheckScheduled, !queue.isEmpty else { return }
    isTimeoutCheckScheduled = true
    let pause = min(.seconds(1), options.timeout / Self.timeoutChecksPerTimeout)
    executor.queue.asyncAfter(deadline: .now() + pause / .seconds(1)) { [weak self] in
      self?.assumeIsolated { $0.checkTimeouts() }
    }
  }

  private func checkTimeouts() {
    isTimeoutCheckScheduled = false
    let late = queue.expire(at: .now, waiting: .retry(reason: trouble)) {
      let hint = said.hint(endsInALine: !answers.hasPartialLine)
      trouble =
        "The worker did not answer within \(options.timeout.secondsText) s and is started again.\(hint)\(errorTail())"
      return .retry(reason: trouble)
    }
    if late > 0, case .up(let child, let since) = state { endStuck(child, since: since) }
    scheduleTimeoutCheck()
  }

  private func endStuck(_ child: ChildProcess, since: ContinuousClock.Instant) {
    state = .ending(child, since: since, until: latestEnd(after: options.grace))
    outgoing = []
    queue.setDeadlineOfWaiting(deadline)
    child.assumeIsolated { $0.end(grace: options.grace) }
  }

  /// A busy machine takes its time over what was killed. When it is over, the waiting events get their whole time again.
  private func latestEnd(after grace: Duration) -> ContinuousClock.Instant {
    .now + grace + Self.endSlack
  }

  /// When an event that comes now is late. The time in which a stuck process ends is not the event's.
  var deadline: ContinuousClock.Instant {
    let start = if case .ending(_, _, let until) = state { until } else { ContinuousClock.now }
    return start + options.timeout
  }
}

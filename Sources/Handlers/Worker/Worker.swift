internal import ChildProcesses
internal import Dispatch
internal import LinqhookDelivery
internal import LinqhookInbox
internal import Logging

/// One worker process, restarted when it ends, and the events that it has.
///
/// All of it happens on one queue, the child's too: events that arrive together leave in one write, and
/// answers that arrive together are read in one go.
actor Worker {
  private enum State {
    case down
    case up(ChildProcess, since: ContinuousClock.Instant)
    /// It is stuck and gets nothing more: what came after a late event would be in two processes' hands.
    case ending(ChildProcess, since: ContinuousClock.Instant, until: ContinuousClock.Instant)
    case stopping(ChildProcess?)
  }

  private static let timeoutChecksPerTimeout = 8.0
  private static let maxAnswerBytes = 1 << 20
  private static let endSlackSeconds = 10.0

  private nonisolated let executor = SerialQueueExecutor(label: "linqhook.worker")
  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  private let settings: WorkerHandlerSettings
  private let command: ChildCommand
  private let logger: Logger
  private var state = State.down
  private var backoff: RestartBackoff
  private var queue: WorkerQueue
  private var outgoing: [UInt8] = []
  private var isFlushScheduled = false
  private var isTimeoutCheckScheduled = false
  private var answers = LineSplitter(maxLineBytes: maxAnswerBytes)
  private var output: HookOutput
  private var trouble = "The worker is not running."
  /// What the process that runs now has said so far.
  private var said = WorkerUtterances()
  private let origin = ContinuousClock.now
  private var endNotices = FailureNotices()
  private var strayNotices = FailureNotices()
  nonisolated let board = WorkerBoard()

  init(settings: WorkerHandlerSettings, command: ChildCommand, logger: Logger) {
    self.settings = settings
    self.command = command
    self.logger = logger
    backoff = settings.restart
    queue = WorkerQueue(window: settings.window)
    output = HookOutput(
      logger: logger,
      level: settings.outputLevel,
      maxBytes: settings.maxOutputBytes,
      refillSeconds: 60
    )
  }

  /// Starts the process, also after a stop.
  func start() async {
    if case .stopping = state { state = .down }
    await launch()
  }

  /// Starts the process; what goes wrong is tried again after a pause.
  private func launch() async {
    guard case .down = state else { return }
    let child = ChildProcess(
      command,
      executor: executor,
      onOutput: { [weak self] stream, bytes in self?.assumeIsolated { $0.receive(stream, bytes) } },
      onLeftovers: { [weak self] in self?.assumeIsolated { $0.leaveLeftoversAlone() } }
    )
    answers = LineSplitter(maxLineBytes: Self.maxAnswerBytes)
    said = WorkerUtterances()
    do {
      try await child.start(input: .pipe)
    } catch {
      trouble = error.description
      board.noteEnd(trouble)
      warn(of: error.description)
      return relaunch(afterLifeOf: 0)
    }
    // A stop may have come meanwhile.
    guard case .down = state else { return await child.end(graceSeconds: settings.graceSeconds) }
    state = .up(child, since: .now)
    Task { ended(child, await child.waitForEnd()) }
    noteEnd(of: child)
    executor.queue.asyncAfter(deadline: .now() + settings.restart.healthySeconds) { [weak self] in
      self?.assumeIsolated { $0.noteHealth(of: child) }
    }
    fill()
  }

  /// Waits for the answer to an event.
  func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    let ticket = queue.nextTicket()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled {
          return continuation.resume(returning: .retry(reason: "The daemon is stopping."))
        }
        if case .stopping = state { return continuation.resume(returning: .interrupted) }
        queue.take(attempt, ticket: ticket, deadline: deadline) { continuation.resume(returning: $0) }
        fill()
        scheduleTimeoutCheck()
      }
    } onCancel: {
      Task { await self.giveUp(ticket) }
    }
  }

  /// Lets the process finish what it has, and ends it when that takes longer. It learns of it by the end of its input.
  func beginDraining(withinSeconds seconds: Double) {
    switch state {
    case .stopping: return
    case .down: state = .stopping(nil)
    case .up(let child, _), .ending(let child, _, _):
      state = .stopping(child)
      flush()
      let graceSeconds = settings.graceSeconds
      child.assumeIsolated { $0.closeInput() }
      executor.queue.asyncAfter(deadline: .now() + max(0, seconds)) {
        child.assumeIsolated { $0.end(graceSeconds: graceSeconds) }
      }
    }
    queue.returnWaiting(.interrupted)
  }

  /// Waits until the process has finished what it has, or was ended.
  func stop() async {
    beginDraining(withinSeconds: settings.drainSeconds)
    if case .stopping(let child?) = state { _ = await child.waitForEnd() }
    queue.returnAll(.interrupted)
  }
}

// MARK: - Lines out and in

extension Worker {
  /// Gives the process as much as its window takes.
  private func fill() {
    guard case .up = state else { return }
    queue.dispatch { attempt, id in WorkerLine.append(attempt, id: id, to: &outgoing) }
    guard !outgoing.isEmpty, !isFlushScheduled else { return }
    isFlushScheduled = true
    executor.queue.async { self.assumeIsolated { $0.flush() } }
  }

  private func flush() {
    isFlushScheduled = false
    switch state {
    case .up(let child, _), .stopping(.some(let child)):
      let lines = outgoing
      child.assumeIsolated { $0.write(lines) }
    case .down, .ending, .stopping(nil): break
    }
    outgoing.removeAll(keepingCapacity: outgoing.capacity <= 1 << 20)
  }

  private func receive(_ stream: ChildStream, _ bytes: [UInt8]) {
    guard stream == .output else { return output.append(stream, bytes) }
    var lines: [[UInt8]] = []
    answers.append(bytes) { lines.append($0) }
    for line in lines {
      if let answer = WorkerAnswer(line) { settle(answer) } else { stray(line) }
    }
    fill()
  }

  private func settle(_ answer: WorkerAnswer) {
    guard !queue.settle(answer) else {
      if !said.hasAnswered { board.noteHealth() }
      said.hasAnswered = true
      return
    }
    stray(Array("answer for an id that is not in flight: \(answer.id)".utf8), \.unknownAnswers)
  }

  private func stray(_ line: [UInt8], _ kind: WritableKeyPath<ProgramFigures, Int> = \.strayLines) {
    board.count(kind)
    said.strayLines += 1
    output.append(.output, line + [UInt8(ascii: "\n")])
    guard strayNotices.take(now: ContinuousClock.now - origin) != nil else { return }
    let figures = board.figures
    logger.warning(
      "The worker writes lines on its standard output that are no answers to what it has; notes belong on standard error.",
      metadata: ["stray_lines": "\(figures.strayLines)", "unknown_answers": "\(figures.unknownAnswers)"]
    )
  }

  private func giveUp(_ ticket: Int) { queue.giveUp(ticket, .retry(reason: "The daemon is stopping.")) }
}

// MARK: - Trouble

extension Worker {
  private func ended(_ child: ChildProcess, _ end: ChildEnd) {
    output.finish()
    outgoing = []
    let tail = errorTail()
    if end.cause == nil { trouble = "The worker \(end.described) before it answered.\(tail)" }
    let since: ContinuousClock.Instant
    switch state {
    case .up(_, let start): since = start
    case .ending(_, let start, _):
      since = start
      queue.setDeadlineOfWaiting(.now + .seconds(settings.timeoutSeconds))
    case .down, .stopping: return queue.returnInFlight(.interrupted)
    }
    queue.returnInFlight(.retry(reason: trouble))
    let life = (ContinuousClock.now - since).seconds
    // One that was ended for its silence is told of by the events that it did not answer.
    if life < settings.restart.healthySeconds, end.cause == nil {
      board.noteEnd("The worker \(end.described).\(tail)")
    }
    warn(of: "The worker \(end.described); it is started again.\(tail)")
    state = .down
    relaunch(afterLifeOf: life)
  }

  private func errorTail() -> String {
    let tail = output.takeErrorTail()
    return tail.isEmpty ? "" : " stderr: \(tail)"
  }

  /// A program that ends at once is started again and again.
  private func warn(of trouble: String) {
    let count = endNotices.take(now: ContinuousClock.now - origin)
    logger.log(
      level: count == nil ? .debug : .warning,
      "\(trouble)",
      metadata: (count ?? 1) > 1 ? ["times": "\(count ?? 1)"] : nil
    )
  }

  private func noteHealth(of child: ChildProcess) {
    if case .up(let now, _) = state, now === child { board.noteHealth() }
  }

  /// It may have ended before it was known here.
  private func noteEnd(of child: ChildProcess) {
    if child.assumeIsolated({ $0.hasEnded }) { leaveLeftoversAlone() }
  }

  /// The process has ended, and what it left is being ended. Nobody there would read what is written now, and each event
  /// of it would lose an attempt: it waits for the next process.
  private func leaveLeftoversAlone() {
    guard case .up(let child, let since) = state else { return }
    state = .ending(child, since: since, until: latestEnd(afterSeconds: ChildProcess.leftoverGraceSeconds))
    outgoing = []
    queue.setDeadlineOfWaiting(deadline)
    logger.debug("The worker ended; what it left running is ended now.")
  }

  private func relaunch(afterLifeOf seconds: Double) {
    let pause = backoff.pause(afterLifeOf: seconds)
    board.count(\.restarts)
    executor.queue.asyncAfter(deadline: .now() + pause / .seconds(1)) { [weak self] in
      guard let self else { return }
      Task { await self.launch() }
    }
  }

  private func scheduleTimeoutCheck() {
    guard !isTimeoutCheckScheduled, !queue.isEmpty else { return }
    isTimeoutCheckScheduled = true
    let pause = min(1, settings.timeoutSeconds / Self.timeoutChecksPerTimeout)
    executor.queue.asyncAfter(deadline: .now() + pause) { [weak self] in
      self?.assumeIsolated { $0.checkTimeouts() }
    }
  }

  private func checkTimeouts() {
    isTimeoutCheckScheduled = false
    let late = queue.expire(at: .now, waiting: .retry(reason: trouble)) {
      let hint = said.hint(endsInALine: !answers.hasPartialLine)
      trouble =
        "The worker did not answer within \(settings.timeoutSeconds.secondsText) s and is started again.\(hint)\(errorTail())"
      return .retry(reason: trouble)
    }
    if late > 0, case .up(let child, let since) = state { endStuck(child, since: since) }
    scheduleTimeoutCheck()
  }

  private func endStuck(_ child: ChildProcess, since: ContinuousClock.Instant) {
    state = .ending(child, since: since, until: latestEnd(afterSeconds: settings.graceSeconds))
    outgoing = []
    queue.setDeadlineOfWaiting(deadline)
    child.assumeIsolated { $0.end(graceSeconds: settings.graceSeconds) }
  }

  /// A busy machine takes its time over what was killed. When it is over, the events that wait get theirs anew.
  private func latestEnd(afterSeconds graceSeconds: Double) -> ContinuousClock.Instant {
    .now + .seconds(graceSeconds + Self.endSlackSeconds)
  }

  /// When an event that comes now is late. The time in which a stuck process ends is not the event's.
  private var deadline: ContinuousClock.Instant {
    let start = if case .ending(_, _, let until) = state { until } else { ContinuousClock.now }
    return start + .seconds(settings.timeoutSeconds)
  }
}

extension ChildEnd {
  fileprivate var described: String {
    switch status {
    case .exited(let status): "ended with status \(status)"
    case .signalled(let signal): "was ended by signal \(signal)"
    }
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

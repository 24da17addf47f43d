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
  enum State {
    case down
    case up(ChildProcess, since: ContinuousClock.Instant)
    /// It is stuck and gets nothing more: what came after a late event would be in two processes' hands.
    case ending(ChildProcess, since: ContinuousClock.Instant, until: ContinuousClock.Instant)
    case stopping(ChildProcess?)
  }

  static let timeoutChecksPerTimeout = 8.0
  static let maxAnswerBytes = 1 << 20
  static let endSlack = Duration.seconds(10.0)

  nonisolated let executor = SerialQueueExecutor(label: "linqhook.worker")
  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  let options: WorkerHandlerOptions
  private let command: ChildCommand
  let logger: Logger
  var state = State.down
  var backoff: RestartBackoff
  var queue: WorkerQueue
  var outgoing: [UInt8] = []
  var isFlushScheduled = false
  var isTimeoutCheckScheduled = false
  var answers = LineSplitter(maxLineBytes: maxAnswerBytes)
  var output: HookOutput
  var trouble = "The worker is not running."
  /// What the process that runs now has said so far.
  var said = WorkerUtterances()
  let origin = ContinuousClock.now
  var endNotices = FailureNotices()
  var strayNotices = FailureNotices()
  nonisolated let board = WorkerBoard()

  init(options: WorkerHandlerOptions, command: ChildCommand, logger: Logger) {
    self.options = options
    self.command = command
    self.logger = logger
    backoff = options.restart
    queue = WorkerQueue(window: options.window)
    output = HookOutput(
      logger: logger,
      level: options.outputLevel,
      maxBytes: options.maxOutputBytes,
      refillInterval: .seconds(60)
    )
  }

  /// Starts the process, also after a stop.
  func start() async {
    if case .stopping = state { state = .down }
    await launch()
  }

  /// Starts the process; what goes wrong is tried again after a pause.
  func launch() async {
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
      warn("could not start the worker", ["error": "\(error.description)"])
      return relaunch(afterLifeOf: .zero)
    }
    // A stop may have come meanwhile.
    guard case .down = state else { return await child.end(grace: options.grace) }
    state = .up(child, since: .now)
    Task { ended(child, await child.waitForEnd()) }
    noteEnd(of: child)
    executor.queue.asyncAfter(deadline: .now() + options.restart.healthy / .seconds(1)) { [weak self] in
      self?.assumeIsolated { $0.noteHealth(of: child) }
    }
    fill()
  }

  /// Waits for the answer to an event.
  func answer(_ attempt: DeliveryAttempt) async -> ProgramAnswer {
    let ticket = queue.nextTicket()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled {
          return continuation.resume(returning: .result(.retry(reason: "The daemon is stopping.")))
        }
        if case .stopping = state { return continuation.resume(returning: .result(.interrupted)) }
        queue.take(attempt, ticket: ticket, deadline: deadline) { continuation.resume(returning: $0) }
        fill()
        scheduleTimeoutCheck()
      }
    } onCancel: {
      Task { await self.giveUp(ticket) }
    }
  }

  /// Lets the process finish what it has, and ends it when that takes longer. It learns of it by the end of its input.
  func beginDraining(within time: Duration) {
    switch state {
    case .stopping: return
    case .down: state = .stopping(nil)
    case .up(let child, _), .ending(let child, _, _):
      state = .stopping(child)
      flush()
      let grace = options.grace
      child.assumeIsolated { $0.closeInput() }
      executor.queue.asyncAfter(deadline: .now() + max(.zero, time) / .seconds(1)) {
        child.assumeIsolated { $0.end(grace: grace) }
      }
    }
    queue.returnWaiting(.interrupted)
  }

  /// Waits until the process has finished what it has, or was ended.
  func stop() async {
    beginDraining(within: options.drain)
    if case .stopping(let child?) = state { _ = await child.waitForEnd() }
    queue.returnAll(.interrupted)
  }
}

// MARK: - Lines out and in

extension Worker {
  /// Gives the process as much as its window takes.
  private func fill() {
    guard case .up = state else { return }
    let withMessage = options.includesMessage
    queue.dispatch { attempt, id in
      WorkerLine.append(attempt, id: id, withMessage: withMessage, to: &outgoing)
    }
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
      "worker writes lines that are no answers; notes belong on standard error",
      metadata: ["stray_lines": "\(figures.strayLines)", "unknown_answers": "\(figures.unknownAnswers)"]
    )
  }

  private func giveUp(_ ticket: Int) { queue.giveUp(ticket, .retry(reason: "The daemon is stopping.")) }
}

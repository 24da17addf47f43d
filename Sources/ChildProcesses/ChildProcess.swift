// One child process from its start to its reaping.
//
// Waiting goes by the child's own end (a pidfd), never by the end of its output: a grandchild may hold the
// pipes open for as long as it likes. What the child wrote before it ended is in the pipes by then; it is
// read, and the pipes are closed.
//
// The child leads a session and a group of its own. It stays unreaped until its group has been dealt with,
// so the group's number cannot pass to strangers while we still signal it.
//
// swift-subprocess is not used here, for two reasons. It reaps a child by itself as soon as the child ends,
// and it gives no way to start a child and enter it into a registry in one step; a subreaper needs both, or it
// takes its own fresh children for orphans and signals groups whose numbers may be somebody else's.

internal import Dispatch
internal import SystemPackage

/// A child process, its pipes, and the ladder that ends it.
public actor ChildProcess {
  private enum State {
    case idle
    case running(process: Int32)
    case ended(ChildEnd)
  }

  /// How far the ladder has been climbed.
  private enum Ending {
    case notBegun
    /// No cause: the child has ended by itself, and what it left is being ended.
    case asked(ChildEnd.Cause?)
    case killed(ChildEnd.Cause?)

    var cause: ChildEnd.Cause? {
      switch self {
      case .notBegun: nil
      case .asked(let cause), .killed(let cause): cause
      }
    }
  }

  private static let groupPollMilliseconds = 50
  /// The grace for processes that a child leaves running when it ends by itself.
  public static let leftoverGrace = Duration.seconds(5.0)
  private static let sweepMilliseconds = 10
  private static let maxSweepRounds = 100

  private nonisolated let executor: SerialQueueExecutor
  /// The child's queue.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  private let command: ChildCommand
  private let onOutput: @Sendable (ChildStream, [UInt8]) -> Void
  private let onLeftovers: @Sendable () -> Void
  private var state = State.idle
  private var ending = Ending.notBegun
  private var hasLeaderEnded = false
  private var input: InputChannel?
  private var closesInputWhenIdle = false
  private var output: OutputChannel?
  private var errorOutput: OutputChannel?
  private var exit: ExitWatch?
  private var timer: (any DispatchSourceTimer)?
  private var waiters: [CheckedContinuation<ChildEnd, Never>] = []

  /// A child that is not started yet.
  ///
  /// - Parameters:
  ///   - command: what to run.
  ///   - executor: the queue that everything about this child happens on.
  ///   - onOutput: called on that queue with what the child wrote, as it comes.
  ///   - onLeftovers: called on that queue where the child has ended by itself and has left something running, which is
  ///     ended now: ``waitForEnd()`` returns when that is done.
  public init(
    _ command: ChildCommand,
    executor: SerialQueueExecutor = SerialQueueExecutor(label: "linqhook.child"),
    onOutput: @escaping @Sendable (ChildStream, [UInt8]) -> Void = { _, _ in },
    onLeftovers: @escaping @Sendable () -> Void = {}
  ) {
    self.command = command
    self.executor = executor
    self.onLeftovers = onLeftovers
    self.onOutput = onOutput
  }

  /// The child's process id; nil unless it runs.
  public var processID: Int32? {
    if case .running(let process) = state { process } else { nil }
  }

  /// Whether the child itself has ended; what it left may still run.
  public var hasEnded: Bool {
    if case .ended = state { true } else { hasLeaderEnded }
  }

  /// Starts it.
  ///
  /// - Parameters:
  ///   - childInput: what it reads.
  ///   - timeout: after this long it is ended; nil for never.
  ///   - grace: how long after the time-out's SIGTERM comes SIGKILL.
  public func start(
    input childInput: ChildInput,
    timeout: Duration? = nil,
    grace: Duration = .seconds(5)
  ) throws(ChildProcessError) {
    guard case .idle = state else { return }
    let path = try ExecutableCheck.path(of: command)
    var plumbing = try ChildPlumbing(childInput)
    do {
      try connect(&plumbing)
      let started = try plumbing.spawn(path, command)
      try watch(started.process, started.exit)
      state = .running(process: started.process)
    } catch {
      dropPipes()
      throw error
    }
    if let timeout { arm(after: timeout) { $0.end(.timeout, grace: grace) } }
  }

  /// Feeds a child that was started with ``ChildInput/pipe``; what it does not read yet is kept.
  public func write(_ bytes: [UInt8]) { input?.write(bytes) }

  /// Ends the child's input after what was written.
  public func closeInput() {
    closesInputWhenIdle = true
    closeInputIfIdle()
  }

  /// Asks the whole group to end, and kills it after the grace. What left the group for a session of its own
  /// is found and killed too.
  public func end(grace: Duration) { end(.request, grace: grace) }

  /// Waits for the child's end; after a time-out also for that of its offspring.
  public func waitForEnd() async -> ChildEnd {
    if case .ended(let end) = state { return end }
    return await withCheckedContinuation { waiters.append($0) }
  }
}

// MARK: - Pipes

extension ChildProcess {
  private func connect(_ plumbing: inout ChildPlumbing) throws(ChildProcessError) {
    let ends = plumbing.takeOurEnds()
    input = ends.input.map { descriptor in
      InputChannel(descriptor, queue: executor.queue) { [weak self] in
        self?.assumeIsolated { $0.continueWriting() }
      }
    }
    do throws(Errno) {
      do throws(Errno) {
        output = try OutputChannel(ends.output, queue: executor.queue) { [weak self] in
          self?.assumeIsolated { $0.readOutput() }
        }
      } catch {
        try? ends.errorOutput.close()
        throw error
      }
      errorOutput = try OutputChannel(ends.errorOutput, queue: executor.queue) { [weak self] in
        self?.assumeIsolated { $0.readErrorOutput() }
      }
    } catch {
      throw .noDescriptors(error)
    }
  }

  private func watch(_ process: Int32, _ descriptor: FileDescriptor) throws(ChildProcessError) {
    do throws(Errno) {
      // Strong: its starter may forget a child, but its end must be seen.
      exit = try ExitWatch(descriptor, queue: executor.queue) { self.assumeIsolated { $0.leaderEnded() } }
    } catch {
      ChildRegistry.shared.discard(process)
      throw .noDescriptors(error)
    }
  }

  private func dropPipes() {
    input = nil
    output = nil
    errorOutput = nil
  }

  private func readOutput() {
    guard let bytes = output?.read() else { return }
    if bytes.isEmpty { output = nil } else { onOutput(.output, bytes) }
  }

  private func readErrorOutput() {
    guard let bytes = errorOutput?.read() else { return }
    if bytes.isEmpty { errorOutput = nil } else { onOutput(.errorOutput, bytes) }
  }

  private func continueWriting() {
    input?.flush()
    closeInputIfIdle()
  }

  private func closeInputIfIdle() {
    if closesInputWhenIdle, input?.isIdle ?? true { input = nil }
  }

  /// Reads what the child left in its pipes. Bounded, because a grandchild may go on writing.
  private func drain() {
    readAvailable()
    dropPipes()
  }

  private func readAvailable() {
    for _ in 0..<16 where output != nil || errorOutput != nil {
      let chunks = [output?.read(), errorOutput?.read()]
      if let bytes = chunks[0], !bytes.isEmpty { onOutput(.output, bytes) }
      if let bytes = chunks[1], !bytes.isEmpty { onOutput(.errorOutput, bytes) }
      if chunks.allSatisfy({ $0?.isEmpty ?? true }) { break }
    }
  }
}

// MARK: - The end

extension ChildProcess {
  private func end(_ cause: ChildEnd.Cause?, grace: Duration) {
    guard case .running(let process) = state, case .notBegun = ending else { return }
    ending = .asked(cause)
    SystemCalls.signal(-process, SignalNumber.terminate)
    // One that is stopped takes no SIGTERM before it goes on.
    SystemCalls.signal(-process, SignalNumber.resume)
    arm(after: grace) { $0.kill() }
    if hasLeaderEnded { awaitGroup() }
  }

  private func kill() {
    guard case .running(let process) = state, case .asked(let cause) = ending else { return }
    ending = .killed(cause)
    SystemCalls.signal(-process, SignalNumber.kill)
    if hasLeaderEnded { sweep(process, round: 1) }
  }

  private func leaderEnded() {
    guard case .running(let process) = state, !hasLeaderEnded else { return }
    hasLeaderEnded = true
    exit = nil
    switch ending {
    case .notBegun: endLeftovers(process)
    case .asked: awaitGroup()
    case .killed: sweep(process, round: 1)
    }
  }

  /// A child that has ended is over, and so is what it started: otherwise each event could leave a process behind.
  private func endLeftovers(_ process: Int32) {
    guard ChildRegistry.shared.hasOrphans(session: process, markers: command.markerEntries) else {
      return finish(process)
    }
    // What the child itself wrote is in the pipes by now.
    readAvailable()
    onLeftovers()
    end(nil, grace: Self.leftoverGrace)
  }

  /// The rest of the group has the grace too, with its pipes open: a process that cleans up may want to write so, and
  /// a broken pipe would end it. There is no descriptor to wait for a group by.
  private func awaitGroup() {
    guard case .running(let process) = state, case .asked = ending else { return }
    guard ProcessTable.isGroupAlive(process) else { return kill() }
    executor.queue.asyncAfter(deadline: .now() + .milliseconds(Self.groupPollMilliseconds)) {
      self.assumeIsolated { $0.awaitGroup() }
    }
  }

  /// Kills what left the group. The dead hand their children on to us, hence the rounds.
  private func sweep(_ process: Int32, round: Int) {
    let living = ChildRegistry.shared.killOrphans(session: process, markers: command.markerEntries)
    guard living > 0, round < Self.maxSweepRounds else { return finish(process) }
    executor.queue.asyncAfter(deadline: .now() + .milliseconds(Self.sweepMilliseconds)) {
      self.assumeIsolated { $0.sweep(process, round: round + 1) }
    }
  }

  private func finish(_ process: Int32) {
    timer?.cancel()
    timer = nil
    drain()
    let end = ChildEnd(status: ChildRegistry.shared.reap(process), cause: ending.cause)
    state = .ended(end)
    for waiter in waiters { waiter.resume(returning: end) }
    waiters = []
  }

  private func arm(
    after time: Duration,
    _ action: @escaping @Sendable (isolated ChildProcess) -> Void
  ) {
    timer?.cancel()
    let timer = DispatchSource.makeTimerSource(queue: executor.queue)
    timer.schedule(deadline: .now() + time / .seconds(1))
    timer.setEventHandler { [weak self] in self?.assumeIsolated(action) }
    timer.activate()
    self.timer = timer
  }
}

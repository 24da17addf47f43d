// Programs that stay up and take one line an event. See the contract's section on handlers.
//
// A chat goes to the same process for as long as the daemon runs. An event that is not answered in time means
// that its worker is stuck: the process is ended and started again, and whatever else it had in flight is
// retried. So no event is ever in two workers' hands, and a chat's order holds.

internal import ChildProcesses
internal import LinqEvents
public import LinqhookDelivery
internal import LinqhookInbox
public import Logging

/// Hands events to long-lived programs.
public struct WorkerHandler: AnsweringHandler {
  private let options: WorkerHandlerOptions
  private let environment: HookEnvironment
  private let logger: Logger
  private let workers: [Worker]

  /// A handler that runs workers as its options say.
  ///
  /// - Parameters:
  ///   - options: how workers are run.
  ///   - daemonEnvironment: what the listed names are taken from.
  ///   - logger: where the workers' output and troubles go.
  public init(options: WorkerHandlerOptions, daemonEnvironment: [String: String], logger: Logger) {
    self.options = options
    let environment = HookEnvironment(
      handler: options.name,
      listed: options.environment,
      daemon: daemonEnvironment
    )
    self.environment = environment
    var logger = logger
    logger[metadataKey: "handler"] = .string(options.name)
    self.logger = logger
    workers = (0..<options.processes).map { index in
      var logger = logger
      logger[metadataKey: "worker"] = .stringConvertible(index)
      return Worker(
        options: options,
        command: ChildCommand(
          arguments: options.command,
          environment: environment.standing.merging(["LINQ_WORKER": String(index)]) { $1 },
          workingDirectory: options.workingDirectory,
          searchPath: environment.searchPath,
          markers: ["LINQ_HANDLER", "LINQ_WORKER"]
        ),
        logger: logger
      )
    }
  }

  /// Starts the processes. One that cannot be started is tried again, so this is no reason not to start.
  public func start() async throws {
    environment.warn(of: options.command, in: options.workingDirectory, logger)
    for worker in workers { await worker.start() }
  }

  /// Hands an event to the worker of its chat, and sends nothing of what it wants sent.
  public func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    if case .result(let result) = await answer(attempt) { return result }
    return .delivered
  }

  /// Hands an event to the worker of its chat and waits for the answer.
  public func answer(_ attempt: DeliveryAttempt) async -> ProgramAnswer {
    let key = attempt.event.envelope.chatID ?? attempt.event.eventID
    let index = Int(UInt(bitPattern: key.hashValue) % UInt(workers.count))
    return await workers[index].answer(attempt)
  }

  /// Closes the workers' input; they have the drain time to finish, then they are ended.
  public func beginDraining(within duration: Duration) async {
    for worker in workers { await worker.beginDraining(within: duration) }
  }

  /// Waits for the workers' end.
  public func stop() async {
    await withDiscardingTaskGroup { group in
      for worker in workers { group.addTask { await worker.stop() } }
    }
  }

  /// What the workers did beside their work, and whether one of them cannot work.
  public var report: HandlerReport {
    var sum = ProgramFigures()
    for figures in workers.map(\.board.figures) {
      sum.strayLines += figures.strayLines
      sum.unknownAnswers += figures.unknownAnswers
      sum.restarts += figures.restarts
    }
    return HandlerReport(trouble: workers.lazy.compactMap(\.board.trouble).first, programs: sum)
  }
}

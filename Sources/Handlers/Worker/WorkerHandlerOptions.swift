public import Logging
import Pacing

/// How workers are run.
public struct WorkerHandlerOptions: Sendable {
  /// The handler's name in the configuration, what a worker sees as `LINQ_HANDLER`.
  public var name: String
  /// The program and its arguments.
  public var command: [String]
  /// Names of the daemon's environment that a worker gets; nothing else of it is passed on.
  public var environment: [String]
  /// Where a worker starts; nil for the daemon's own directory.
  public var workingDirectory: String?
  /// Whether a line holds the message view beside the event.
  public var includesMessage: Bool
  /// How many of them run; a chat stays with one of them.
  public var processes: Int
  /// How many events may be without an answer in each.
  public var window: Int
  /// How long the answer to an event may take, the wait for a free worker included, but not that for the end of a stuck one.
  public var timeout: Duration
  /// How long a worker may take to finish after its input was closed, if it is stopped without a drain.
  public var drain: Duration
  /// The time from SIGTERM to SIGKILL.
  public var grace: Duration
  /// The pauses before a worker that ended is started again.
  public var restart: RestartBackoff
  /// The level of the lines that a worker writes besides its answers.
  public var outputLevel: Logger.Level
  /// How many bytes of that output go to the log in a minute.
  public var maxOutputBytes: Int

  /// Options of the given parts.
  public init(
    name: String,
    command: [String],
    environment: [String],
    workingDirectory: String?,
    includesMessage: Bool,
    processes: Int,
    window: Int,
    timeout: Duration,
    drain: Duration = .seconds(20),
    grace: Duration = .seconds(5),
    restart: RestartBackoff = RestartBackoff(),
    outputLevel: Logger.Level = .info,
    maxOutputBytes: Int = 65_536
  ) {
    self.name = name
    self.command = command
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.includesMessage = includesMessage
    self.processes = max(1, processes)
    self.window = max(1, window)
    self.timeout = timeout
    self.drain = drain
    self.grace = grace
    self.restart = restart
    self.outputLevel = outputLevel
    self.maxOutputBytes = maxOutputBytes
  }
}

/// Pauses between restarts that double from one failure to the next, until the program stayed up for a while.
public struct RestartBackoff: Sendable, Equatable {
  /// A program that stayed up this long was healthy: the next pause is the first again.
  public var healthy: Duration
  private var backoff: Backoff

  /// Pauses between the two given.
  public init(first: Duration = .seconds(0.1), max: Duration = .seconds(30), healthy: Duration = .seconds(10))
  {
    self.healthy = healthy
    backoff = Backoff(first: first, longest: max)
  }

  /// How long to wait before the next start.
  mutating func pause(afterLifeOf life: Duration) -> Duration {
    if life >= healthy { backoff.reset() }
    return backoff.next()
  }
}

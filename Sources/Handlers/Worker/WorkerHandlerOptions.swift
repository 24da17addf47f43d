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
  public var timeoutSeconds: Double
  /// How long a worker may take to finish after its input was closed, if it is stopped without a drain.
  public var drainSeconds: Double
  /// The time from SIGTERM to SIGKILL.
  public var graceSeconds: Double
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
    timeoutSeconds: Double,
    drainSeconds: Double = 20,
    graceSeconds: Double = 5,
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
    self.timeoutSeconds = timeoutSeconds
    self.drainSeconds = drainSeconds
    self.graceSeconds = graceSeconds
    self.restart = restart
    self.outputLevel = outputLevel
    self.maxOutputBytes = maxOutputBytes
  }
}

/// Pauses between restarts that double from one failure to the next, until the program stayed up for a while.
public struct RestartBackoff: Sendable, Equatable {
  /// A program that stayed up this long was healthy: the next pause is the first again.
  public var healthySeconds: Double
  private var backoff: Backoff

  /// Pauses between the two given.
  public init(firstSeconds: Double = 0.1, maxSeconds: Double = 30, healthySeconds: Double = 10) {
    self.healthySeconds = healthySeconds
    backoff = Backoff(first: .seconds(firstSeconds), longest: .seconds(maxSeconds))
  }

  /// How long to wait before the next start.
  mutating func pause(afterLifeOf seconds: Double) -> Duration {
    if seconds >= healthySeconds { backoff.reset() }
    return backoff.next()
  }
}

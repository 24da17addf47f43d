/// Whether a handler's target works.
public enum HandlerHealth: Sendable, Equatable {
  /// Nothing speaks against it.
  case working
  /// All its last attempts failed, or it says itself that it cannot work. When it is asked next, where it fails for so
  /// much that it is probed with one event at a time. Times in milliseconds since 1970.
  case failing(sinceMilliseconds: Int64, nextProbeAtMilliseconds: Int64?)
}

/// Figures of one handler at one moment, for metrics and readiness.
public struct HandlerStatistics: Sendable, Equatable {
  /// The handler's name.
  public var handler: String
  /// Events that went through.
  public var delivered = 0
  /// Attempts that failed and were put off.
  public var retried = 0
  /// Events that were given up.
  public var dead = 0
  /// Events for which the handler was not run, on purpose.
  public var skipped = 0
  /// Events that the handler's filter refused.
  public var filtered = 0
  /// Events that are not settled: not looked at yet, in memory, or waiting on disk. Those not looked at count
  /// before the filter has seen them.
  public var pendingEvents = 0
  /// When the oldest of the pending events was received, in milliseconds since 1970; nil without any. It may
  /// lag behind by a second.
  public var oldestPendingAtMilliseconds: Int64?
  /// Events in the handler's hands.
  public var inFlight = 0
  /// Dead letters that wait for the operator.
  public var deadLetters = 0
  /// How long attempts took, failed ones included. A batch counts once.
  public var durationSeconds = DurationHistogram()
  /// Whether the target works.
  public var health: HandlerHealth = .working
  /// How many attempts have failed since the last one that went through, without those of events that fail while
  /// others go through. A batch counts once.
  public var failuresInARow = 0
  /// The last failure, also when the target works again; nil before the first.
  public var lastFailure: HandlerFailure?
  /// What the handler's programs did; nil where it keeps none running.
  public var programs: ProgramFigures?
  /// Whether the operator has paused it. Then it counts as working whatever it did before: nothing is asked of it.
  public var isPaused = false

  /// All zero.
  public init(handler: String) { self.handler = handler }

  /// Adds what the handler says of itself.
  mutating func add(_ report: HandlerReport) {
    programs = report.programs
    guard let trouble = report.trouble else { return }
    if health == .working {
      health = .failing(sinceMilliseconds: trouble.atMilliseconds, nextProbeAtMilliseconds: nil)
    }
    // An attempt's own reason says more.
    if lastFailure.map({ $0.atMilliseconds < trouble.atMilliseconds }) ?? true { lastFailure = trouble }
  }
}

/// Durations, counted as Prometheus does.
public struct DurationHistogram: Sendable, Equatable {
  /// Upper bounds of the buckets in seconds, rising, without the infinite one.
  public static let boundsSeconds: [Double] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60]
  /// Values in each bucket (not cumulative), the infinite one last.
  public private(set) var counts = [Int](repeating: 0, count: boundsSeconds.count + 1)
  /// The sum of all values in seconds.
  public private(set) var sumSeconds: Double = 0

  /// An empty histogram.
  public init() {}

  /// Counts a duration.
  public mutating func observe(_ duration: Duration) {
    let seconds = duration / .seconds(1)
    var bucket = 0
    while bucket < Self.boundsSeconds.count, seconds > Self.boundsSeconds[bucket] { bucket += 1 }
    counts[bucket] += 1
    sumSeconds += seconds
  }
}

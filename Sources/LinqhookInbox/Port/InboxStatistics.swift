/// Figures of an inbox at one moment, for metrics and readiness.
public struct InboxStatistics: Sendable, Equatable {
  /// Whether the store takes events, and why not.
  public var unavailability: InboxUnavailability?
  /// The last sequence stored.
  public var lastSequence: Int64 = 0
  /// Events that some attached handler has not settled, dead letters not counted.
  public var pendingEvents: Int = 0
  /// Bytes of the store on disk, its log included.
  public var bytes: Int64 = 0
  /// Ids in the index.
  public var dedupEntries: Int = 0
  /// Ids that left the index because of their age.
  public var dedupEvictionsByAge: Int = 0
  /// Ids that left the index because there were too many.
  public var dedupEvictionsByCount: Int = 0
  /// Those of them that were forgotten while Linq might still send the event again.
  public var dedupEarlyEvictions: Int = 0
  /// Requests in the quarantine.
  public var quarantineEntries: Int = 0
  /// Requests that did not fit into the quarantine.
  public var quarantineDropped: Int = 0
  /// Duration of commits.
  public var commitDurationSeconds: InboxHistogram = .commitDurationSeconds
  /// Events in a commit.
  public var commitBatchEvents: InboxHistogram = .commitBatchEvents
  /// Dead letters by handler.
  public var deadLetters: [String: Int] = [:]
  /// When the last new event was received, in milliseconds since 1970.
  public var lastEventAtMilliseconds: Int64?

  /// All zero.
  public init() {}
}

/// A histogram with fixed upper bounds, as Prometheus counts them.
public struct InboxHistogram: Sendable, Equatable {
  /// Upper bounds of the buckets, rising, without the infinite one.
  public let bounds: [Double]
  /// Values in each bucket (not cumulative), the infinite one last.
  public private(set) var counts: [Int]
  /// The sum of all values.
  public private(set) var sum: Double = 0

  /// An empty histogram with these upper bounds.
  public init(bounds: [Double]) {
    self.bounds = bounds
    self.counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// Counts a value.
  public mutating func observe(_ value: Double) {
    var bucket = 0
    while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
    counts[bucket] += 1
    sum += value
  }

  /// 100 µs to 10 s.
  public static let commitDurationSeconds = InboxHistogram(
    bounds: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10])
  /// 1 to 1024 events.
  public static let commitBatchEvents = InboxHistogram(
    bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
}

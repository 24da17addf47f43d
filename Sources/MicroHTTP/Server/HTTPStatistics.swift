/// What a server has done since its start.
public struct HTTPStatistics: Sendable, Equatable {
  /// Connections that are open now.
  public internal(set) var connectionsOpen = 0
  /// Connections that were accepted and served.
  public internal(set) var connectionsAccepted = 0
  /// Connections closed at once because their address had too many.
  public internal(set) var connectionsRefused = 0
  /// Requests whose head arrived as a whole.
  public internal(set) var requests = 0
  /// Answers that were queued, by status code, those of time limits and of libmicrohttpd itself included.
  public internal(set) var responsesByStatus: [Int: Int] = [:]
  /// Requests that libmicrohttpd refused by itself: a broken line, a chunk that is none, a head beyond the memory of a
  /// connection.
  public internal(set) var requestsRefusedByLibrary = 0
  /// Requests and answers cut off because the client was too slow.
  public internal(set) var requestsTimedOut = 0
  /// Connections closed because no request came on them, not even the whole of its first line.
  public internal(set) var connectionsIdledOut = 0
  /// Connections closed for newcomers when all places were taken.
  public internal(set) var connectionsEvicted = 0
  /// Answers that the service did not give in time.
  public internal(set) var overdueResponses = 0
  /// Bytes of request bodies in memory now: from their arrival to the answer.
  public internal(set) var bodyBytesInFlight = 0
  /// From the complete head of a request to its answer.
  public internal(set) var requestDuration = HTTPDurationHistogram()

  mutating func add(_ other: HTTPStatistics) {
    connectionsOpen += other.connectionsOpen
    connectionsAccepted += other.connectionsAccepted
    connectionsRefused += other.connectionsRefused
    requests += other.requests
    responsesByStatus.merge(other.responsesByStatus, uniquingKeysWith: +)
    requestsRefusedByLibrary += other.requestsRefusedByLibrary
    requestsTimedOut += other.requestsTimedOut
    connectionsIdledOut += other.connectionsIdledOut
    connectionsEvicted += other.connectionsEvicted
    overdueResponses += other.overdueResponses
    bodyBytesInFlight += other.bodyBytesInFlight
    requestDuration.add(other.requestDuration)
  }
}

/// How many durations fell under each bound.
public struct HTTPDurationHistogram: Sendable, Equatable {
  /// The upper bounds of the buckets; a last bucket takes all that is longer.
  public static let boundsSeconds: [Double] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]

  /// Durations in each bucket, not cumulated; one more than there are bounds.
  public private(set) var counts = [Int](repeating: 0, count: boundsSeconds.count + 1)
  /// All durations together.
  public private(set) var sumSeconds = 0.0

  /// How many durations there were.
  public var count: Int { counts.reduce(0, +) }

  mutating func record(seconds: Double) {
    let bucket = Self.boundsSeconds.firstIndex { seconds <= $0 } ?? Self.boundsSeconds.count
    counts[bucket] += 1
    sumSeconds += seconds
  }

  mutating func add(_ other: HTTPDurationHistogram) {
    for (bucket, count) in other.counts.enumerated() { counts[bucket] += count }
    sumSeconds += other.sumSeconds
  }
}

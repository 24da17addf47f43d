/// What a load generator does.
struct LoadPlan {
  enum Pace {
    /// Each connection sends its next request when the last one is answered.
    case closed(seconds: Double)
    /// So many a second whether or not the server keeps up. Latency counts from the moment when a request was due,
    /// so that a server that stalls is charged for all who would have come meanwhile.
    case open(perSecond: Double, seconds: Double)
    /// As many as that in all, each connection as fast as it is answered.
    case count(Int)
  }

  var port: UInt16
  var path = "/webhooks/linq"
  var connections: Int
  var bodyBytes = 0
  var pace: Pace

  /// How many requests there will be at most.
  var requestsMax: Int {
    switch pace {
    case .closed: .max
    case .open(let perSecond, let seconds): Int(perSecond * seconds)
    case .count(let count): count
    }
  }

  /// When the request of this number, from 0, is due, in nanoseconds after the begin.
  func dueNanoseconds(_ number: Int) -> Int64 {
    guard case .open(let perSecond, _) = pace else { return 0 }
    return Int64(Double(number) / perSecond * 1e9)
  }
}

/// What came of it.
struct LoadResult: Sendable {
  var accepted = 0
  /// Answers other than 200, by status; 0 is a connection that the server closed.
  var others: [Int: Int] = [:]
  var seconds = 0.0
  var latency = LatencyHistogram()
  var bodyBytes = 0

  var perSecond: Double { seconds > 0 ? Double(accepted) / seconds : 0 }
}

/// The plan of a load generator.
struct LoadPlan {
  enum Pace {
    /// Each connection sends its next request when the last one is answered.
    case closed(seconds: Double)
    /// This many a second, whether or not the server keeps up. Latency counts from the moment when a request
    /// was due, so that a stalled server is charged for all requests that were due meanwhile.
    case open(perSecond: Double, seconds: Double)
    /// This many in total, on each connection as fast as it is answered.
    case count(Int)
  }

  var port: UInt16
  var path = "/webhooks/linq"
  var connections: Int
  var bodyBytes = 0
  var pace: Pace

  /// How many requests there will be at most.
  var maxRequests: Int {
    switch pace {
    case .closed: .max
    case .open(let perSecond, let seconds): Int(perSecond * seconds)
    case .count(let count): count
    }
  }

  /// When the request with this number, from 0, is due, in nanoseconds after the start.
  func dueNanoseconds(_ number: Int) -> Int64 {
    guard case .open(let perSecond, _) = pace else { return 0 }
    return Int64(Double(number) / perSecond * 1e9)
  }
}

/// The outcome of a load.
struct LoadResult: Sendable {
  /// When the load began, in nanoseconds of the monotonic clock.
  var beganAtNanoseconds: Int64 = 0
  var accepted = 0
  /// Answers other than 200, by status; 0 is a connection that the server closed.
  var others: [Int: Int] = [:]
  var seconds = 0.0
  var latency = LatencyHistogram()
  var bodyBytes = 0

  var perSecond: Double { seconds > 0 ? Double(accepted) / seconds : 0 }
}

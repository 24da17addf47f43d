import Pacing

/// How long one call waits for the rate limit: the time of `Retry-After`, else twice as long each time, and
/// never beyond its budget.
struct RateLimitWait {
  private static let shortestSeconds = 0.1

  private let maxSeconds: Double
  private var waitedSeconds = 0.0
  private var backoff = Backoff(first: .seconds(1), longest: .seconds(60))

  init(maxSeconds: Double) {
    self.maxSeconds = maxSeconds
  }

  /// The next wait in seconds, or nil when it would go over the budget.
  mutating func next(retryAfterSeconds: Double?) -> Double? {
    let asked = retryAfterSeconds.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    let growing = backoff.next() / .seconds(1)
    let seconds = max(asked ?? growing, Self.shortestSeconds)
    guard waitedSeconds + seconds <= maxSeconds else { return nil }
    waitedSeconds += seconds
    return seconds
  }

  func givingUpSentence(retryAfterSeconds: Double?) -> String {
    let asked = retryAfterSeconds.map { " Linq asks to wait \(Self.short($0)) s." } ?? ""
    return "The call waited \(Self.short(waitedSeconds)) s, of at most \(Self.short(maxSeconds)) s."
      + "\(asked) Try again later, or allow a longer wait."
  }

  private static func short(_ seconds: Double) -> String {
    String((seconds * 10).rounded() / 10)
  }
}

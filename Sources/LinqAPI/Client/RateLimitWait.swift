import Pacing

/// How long one call waits for the rate limit: the time of `Retry-After`, else twice as long each time, and
/// never beyond its budget.
struct RateLimitWait {
  private static let shortest = Duration.milliseconds(100)

  private let max: Duration
  private var waited = Duration.zero
  private var backoff = Backoff(first: .seconds(1), longest: .seconds(60))

  init(max: Duration) {
    self.max = max
  }

  /// The next wait, or nil when it would go over the budget.
  mutating func next(retryAfter: Duration?) -> Duration? {
    let growing = backoff.next()
    let wait = Swift.max(retryAfter ?? growing, Self.shortest)
    guard waited + wait <= max else { return nil }
    waited += wait
    return wait
  }

  func givingUpSentence(retryAfter: Duration?) -> String {
    let asked = retryAfter.map { " Linq asks to wait \(Self.short($0)) s." } ?? ""
    return "The call waited \(Self.short(waited)) s, of at most \(Self.short(max)) s."
      + "\(asked) Try again later, or allow a longer wait."
  }

  private static func short(_ time: Duration) -> String {
    String((time / .milliseconds(100)).rounded() / 10)
  }
}

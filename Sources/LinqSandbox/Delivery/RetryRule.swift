/// Linq's rule for deliveries: it waits 10 s for an answer; after 5xx, 429 or a network failure it tries
/// again, up to 10 times over about 25 minutes with exponential backoff. Every other answer is final.
struct RetryRule: Sendable {
  static let maxTries = 10
  static let responseTimeoutSeconds = 10.0
  private static let totalSeconds = 25.0 * 60

  let timeScale: Double

  /// How long to wait after try number `number` (from 1) failed; nil after the last.
  func waitSeconds(afterTry number: Int) -> Double? {
    guard (1..<Self.maxTries).contains(number) else { return nil }
    // The waits double, so all of them are 2^9 - 1 times the first.
    let first = Self.totalSeconds / Double((1 << (Self.maxTries - 1)) - 1)
    return first * Double(1 << (number - 1)) / timeScale
  }

  /// Whether a try with this answer is followed by another.
  static func isRetried(status: Int) -> Bool {
    status == 429 || status >= 500
  }
}

/// Linq's rule for deliveries: an answer within 10 s; after 5xx, 429 or a network failure again, up to 10 tries
/// over about 25 minutes with exponential backoff; every other answer but 2xx is final.
struct RetryRule: Sendable {
  static let triesMax = 10
  static let answerTimeoutSeconds = 10.0
  private static let totalSeconds = 25.0 * 60

  let timeScale: Double

  /// How long to wait after try number `number` (from 1) failed; nil after the last.
  func waitSeconds(afterTry number: Int) -> Double? {
    guard (1..<Self.triesMax).contains(number) else { return nil }
    // The waits double, so all of them are 2^9 - 1 times the first.
    let first = Self.totalSeconds / Double((1 << (Self.triesMax - 1)) - 1)
    return first * Double(1 << (number - 1)) / timeScale
  }

  /// What an answer means.
  static func isRetried(status: Int) -> Bool {
    status == 429 || status >= 500
  }
}

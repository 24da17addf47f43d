/// Notices that this machine's clock and Linq's drift apart, long before signed requests count as stale (after five
/// minutes). Says so when it begins and when it is over.
struct SkewAlarm {
  /// A minute: more than any delay between stamp and arrival that is not a fault.
  static let limitSeconds: Int64 = 60

  /// What there is to say.
  enum News: Equatable {
    case apart(seconds: Int64)
    case together
  }

  private var isApart = false

  /// Looks at our clock minus Linq's, in seconds.
  mutating func observe(skewSeconds: Int64) -> News? {
    let wasApart = isApart
    isApart = skewSeconds.magnitude >= Self.limitSeconds.magnitude
    guard isApart != wasApart else { return nil }
    return isApart ? .apart(seconds: skewSeconds) : .together
  }
}

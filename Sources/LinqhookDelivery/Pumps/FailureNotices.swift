/// Says failures on the log: the first at once, then at most one a minute, which tells how many there were.
public struct FailureNotices: Sendable {
  static let pause = Duration.seconds(60)

  private var saidAt: Duration?
  private var unsaid = 0

  /// Nothing said yet.
  public init() {}

  /// Notes a failure at an instant of any steady clock. How many a line of this moment stands for, itself included; nil
  /// where none is due.
  public mutating func take(now: Duration) -> Int? {
    unsaid += 1
    if let saidAt, now < saidAt + Self.pause { return nil }
    defer { unsaid = 0 }
    saidAt = now
    return unsaid
  }
}

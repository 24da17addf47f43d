/// How fast a pump may turn events into rows in order to look past a busy chat.
///
/// A lane with more than its share of memory must not keep the events behind it from their lanes, so its
/// events are parked: written as rows, and read back later. That costs writes which the store needs for
/// acceptance. So it is done only when waiting does not help: for each tenth of a second that the intake has
/// stood still, 512 events may be parked. A quick handler makes room before that and parks nothing; behind a
/// slow one five thousand events a second are looked through.
struct ParkingAllowance {
  static let pause = Duration.milliseconds(100)
  static let maxEvents = 512

  private var stalledAt: Duration?
  private var eventsLeft = 0

  /// When there will be something to take, if the intake stands still.
  var nextAt: Duration? { stalledAt.map { $0 + Self.pause } }

  /// Takes leave to park an event.
  mutating func take(now: Duration) -> Bool {
    if eventsLeft == 0 {
      guard let stalledAt else {
        stalledAt = now
        return false
      }
      guard now >= stalledAt + Self.pause else { return false }
      self.stalledAt = nil
      eventsLeft = Self.maxEvents
    }
    eventsLeft -= 1
    return true
  }

  /// The intake went on without.
  mutating func endStall() { stalledAt = nil }
}

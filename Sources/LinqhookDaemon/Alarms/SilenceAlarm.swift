/// Notices that no new event has come for a while: the subscription may be switched off, the proxy may point
/// elsewhere, the secret may be wrong. Says so once; again only after something has come in between.
///
/// A value that is told what time it is, on a clock that never steps. It counts from its making, so a restart does
/// not raise an alarm at once.
struct SilenceAlarm {
  private var acceptedCount: Int
  private var lastHeard: Duration
  private var hasRung = false

  init(acceptedCount: Int, at now: Duration) {
    self.acceptedCount = acceptedCount
    lastHeard = now
  }

  /// Looks at how many events were accepted so far; gives the length of the silence where it is time to say so.
  mutating func observe(acceptedCount: Int, at now: Duration, after limit: Duration) -> Duration? {
    if acceptedCount != self.acceptedCount {
      self.acceptedCount = acceptedCount
      lastHeard = now
      hasRung = false
    }
    let silence = now - lastHeard
    guard silence >= limit, !hasRung else { return nil }
    hasRung = true
    return silence
  }
}

/// Which requests to unknown paths get a line in the log: the first for each path and minute, and only some paths
/// a minute, because anyone can think of another.
struct UnknownPathLines {
  static let maxPathsPerMinute = 60

  private var startedAt: ContinuousClock.Instant
  private var paths: Set<String> = []
  private var suppressed = 0

  init(at now: ContinuousClock.Instant) { startedAt = now }

  /// How many lines were left out since the last one, or nil if this one is to be left out too.
  mutating func admit(_ path: String, at now: ContinuousClock.Instant) -> Int? {
    if now - startedAt >= .seconds(60) {
      startedAt = now
      paths = []
    }
    guard paths.count < Self.maxPathsPerMinute, paths.insert(path).inserted else {
      suppressed += 1
      return nil
    }
    defer { suppressed = 0 }
    return suppressed
  }
}

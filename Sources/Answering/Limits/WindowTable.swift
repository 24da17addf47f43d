/// How often something happened for each key within a sliding window.
struct WindowTable {
  private static let secondsBetweenSweeps = 1.0

  let maxCount: Int
  let window: Duration
  let maxKeys: Int
  private var times: [String: [ContinuousClock.Instant]] = [:]
  private var sweptAt: ContinuousClock.Instant?

  init(maxCount: Int, window: Duration, maxKeys: Int) {
    self.maxCount = max(1, maxCount)
    self.window = window
    self.maxKeys = maxKeys
  }

  /// How long it takes until there is room for one more; nil when there is now.
  mutating func wait(for key: String, at now: ContinuousClock.Instant) -> Duration? {
    guard var recent = times[key] else { return nil }
    let expired = recent.prefix { $0 + window <= now }.count
    if expired > 0 {
      recent.removeFirst(expired)
      times[key] = recent.isEmpty ? nil : recent
    }
    guard recent.count >= maxCount else { return nil }
    return recent[recent.count - maxCount] + window - now
  }

  /// Counts one more. With too many keys at once the new one is not counted: Linq's own 429 is there for that.
  mutating func add(_ key: String, at now: ContinuousClock.Instant) {
    if times[key] == nil, times.count >= maxKeys { sweep(at: now) }
    guard times[key] != nil || times.count < maxKeys else { return }
    times[key, default: []].append(now)
  }

  /// Takes back one that was counted at `instant` and came to nothing.
  mutating func remove(_ key: String, at instant: ContinuousClock.Instant) {
    guard let index = times[key]?.lastIndex(of: instant) else { return }
    times[key]?.remove(at: index)
    if times[key]?.isEmpty == true { times[key] = nil }
  }

  var keyCount: Int { times.count }

  private mutating func sweep(at now: ContinuousClock.Instant) {
    if let sweptAt, now - sweptAt < .seconds(Self.secondsBetweenSweeps) { return }
    sweptAt = now
    times = times.filter { $0.value.last.map { $0 + window > now } ?? false }
  }
}

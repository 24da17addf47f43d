import Pacing

// Tells a target that fails for everything from events that fail.
//
// Retrying each event by its own policy is right when some events fail. When the target itself is down it is
// harmful: an outage would burn one attempt after the other of the whole backlog, and leave thousands of
// rows and then dead letters. So when eight different lanes have failed with no success between, the handler
// counts as failing: nothing new is started, and one event at a time is sent as a probe, lanes in turn, those that
// have failed before and those that were never tried by turns (LaneQueue), once a second for eight probes, then with
// pauses doubling up to a minute (longer where the target asks for it).
// A failed probe never uses up an event's last attempt; only `max_age` still runs. The first answer that is
// not "later" (delivered, or refused for good: the target is there) ends it, and work goes on at full width.
//
// Fewer than eight lanes never make a handler failing: there each event's own policy is gentle enough, does
// what the operator configured to the letter, and a few broken chats cannot slow down the others.
struct FailureWatch {
  static let minLanes = 8
  static let quickProbes = 8
  static let firstPause = Duration.seconds(1)
  static let longestPause = Duration.seconds(60)
  private static let backoff = Backoff(first: firstPause, longest: longestPause)

  /// What may be started now.
  enum Permission: Equatable {
    case everything
    case probe
    case nothing
  }

  private enum State {
    case working(failedLanes: Set<LaneKey>)
    case failing(Failing)
  }

  private struct Failing {
    let sinceMilliseconds: Int64
    var probeAt: Duration
    var probes = 0
    var isProbing = false
  }

  private var state = State.working(failedLanes: [])

  /// Since when the target fails for everything and when it is asked next; nil while it works.
  var failing: (sinceMilliseconds: Int64, probeAt: Duration)? {
    guard case .failing(let failing) = state else { return nil }
    return (failing.sinceMilliseconds, failing.probeAt)
  }

  /// What may be started; `now` is asked for only while the target fails.
  func permission(now: @autoclosure () -> Duration) -> Permission {
    guard case .failing(let failing) = state else { return .everything }
    return !failing.isProbing && now() >= failing.probeAt ? .probe : .nothing
  }

  /// A probe is under way (true), or was cut off before it could tell anything (false).
  mutating func setProbing(_ isProbing: Bool) {
    guard case .failing(var failing) = state else { return }
    failing.isProbing = isProbing
    state = .failing(failing)
  }

  /// The target answered. Returns whether it was failing.
  mutating func succeeded() -> Bool {
    switch state {
    case .working(let lanes) where lanes.isEmpty: return false
    case .working:
      state = .working(failedLanes: [])
      return false
    case .failing:
      state = .working(failedLanes: [])
      return true
    }
  }

  /// An attempt failed. Returns whether the target counts as failing from now on.
  mutating func failed(
    _ lane: LaneKey,
    isProbe: Bool,
    requestedAfter: Duration,
    now: Duration,
    wallMilliseconds: Int64
  ) -> Bool {
    let requested = min(requestedAfter, Self.longestPause)
    switch state {
    case .working(var lanes):
      lanes.insert(lane)
      state = .working(failedLanes: lanes)
      guard lanes.count >= Self.minLanes else { return false }
      let probeAt = now + max(Self.firstPause, requested)
      state = .failing(Failing(sinceMilliseconds: wallMilliseconds, probeAt: probeAt))
      return true
    case .failing(var failing):
      // Attempts that were under way when it began tell nothing new.
      guard isProbe else { return false }
      failing.probes += 1
      // The pause that is doubled first is the one of the quick probes.
      let pause = Self.backoff.pause(afterFailures: max(failing.probes - Self.quickProbes + 2, 1))
      failing.isProbing = false
      failing.probeAt = now + max(pause, requested)
      state = .failing(failing)
      return false
    }
  }
}

// Tells a target that fails for everything from events that fail.
//
// Retrying each event by its own policy is right when some events fail. When the target itself is down it is
// harmful: an outage would burn one attempt after the other of the whole backlog and leave thousands of dead
// letters. So after eight failures in a row, in two lanes or more, with no success between, the handler
// counts as failing: no new events are started, and one event at a time is sent as a probe, with pauses from
// one second doubling up to a minute (longer if the target asks for it). A failed probe does not count as an
// attempt of its event; only `max_age` still runs. The first answer that is not "later" (delivered, or
// refused for good: the target is there) ends it.
//
// Two broken events in a quiet system look the same as a target that is down. Others must not wait a minute
// for them: until eight different lanes have failed, a lane that has not failed yet is asked after a second.
// One lane alone never makes a handler failing: there the event's own policy is gentle enough, and others
// must not pay for it.
struct FailureWatch {
  static let failuresMin = 8
  static let lanesMin = 2
  static let distinctLanesMax = 8
  static let firstPause = Duration.seconds(1)
  static let longestPause = Duration.seconds(60)

  /// What may be started now.
  enum Permission: Equatable {
    /// Anything.
    case everything
    /// One event of any lane.
    case probe
    /// One event of a lane that has not failed.
    case probeOfFreshLane
    /// Nothing.
    case nothing
  }

  private struct Failing {
    var sinceMilliseconds: Int64
    var pause: Duration
    var freshProbeAt: Duration
    var probeAt: Duration
    var isProbing = false
  }

  private var failures = 0
  private var lanes: Set<LaneKey> = []
  private var failing: Failing?

  /// Whether the target fails for everything, since when and until when it is left alone.
  var failingState: (sinceMilliseconds: Int64, probeAt: Duration)? {
    failing.map { ($0.sinceMilliseconds, $0.probeAt) }
  }

  /// Whether this lane has failed since the last success.
  func hasFailed(_ lane: LaneKey) -> Bool { lanes.contains(lane) }

  /// What may be started; `now` is asked for only while the target fails.
  func permission(now: @autoclosure () -> Duration) -> Permission {
    guard let failing else { return .everything }
    guard !failing.isProbing else { return .nothing }
    let now = now()
    if now >= failing.probeAt { return .probe }
    return lanes.count < Self.distinctLanesMax && now >= failing.freshProbeAt ? .probeOfFreshLane : .nothing
  }

  /// The next instants at which the permission may change.
  var deadlines: [Duration] {
    guard let failing, !failing.isProbing else { return [] }
    return [failing.freshProbeAt, failing.probeAt]
  }

  /// A probe is under way.
  mutating func beginProbe() { failing?.isProbing = true }

  /// A probe was cut off before it could tell anything.
  mutating func abandonProbe() { failing?.isProbing = false }

  /// The target answered. Returns whether it was failing.
  mutating func succeeded() -> Bool {
    guard failures > 0 else { return false }
    defer { self = FailureWatch() }
    return failing != nil
  }

  /// An attempt failed. Returns whether the target counts as failing from now on.
  mutating func failed(
    _ lane: LaneKey,
    isProbe: Bool,
    requestedAfter: Duration?,
    now: Duration,
    wallMilliseconds: Int64
  ) -> Bool {
    failures += 1
    if lanes.count < Self.distinctLanesMax { lanes.insert(lane) }
    let requested = min(requestedAfter ?? .zero, Self.longestPause)
    if var current = failing {
      // Attempts that were under way when the state began tell nothing new.
      guard isProbe else { return false }
      current.pause = min(current.pause * 2, Self.longestPause)
      current.isProbing = false
      current.probeAt = now + max(current.pause, requested)
      current.freshProbeAt = now + max(Self.firstPause, requested)
      failing = current
      return false
    }
    guard failures >= Self.failuresMin, lanes.count >= Self.lanesMin else { return false }
    let probeAt = now + max(Self.firstPause, requested)
    failing = Failing(
      sinceMilliseconds: wallMilliseconds, pause: Self.firstPause, freshProbeAt: probeAt, probeAt: probeAt)
    return true
  }
}

import Synchronization

/// When Linq was heard last, and how far its clock is from ours, whichever loop saw it.
///
/// Only what cannot be a recorded request that somebody plays again counts: an event whose id was new, and a stale stamp
/// that is later than every stamp before it. Linq stamps each of its retries again.
final class SignsOfLife: Sendable {
  private struct State {
    var skewSeconds: Int64?
    var newestStampSeconds = Int64.min
    var acceptedAtMilliseconds: Int64?
    /// When that was, on a clock that nobody sets.
    var acceptedAt = ContinuousClock.now
  }

  /// Less than this is no setting of a clock.
  private static let clockStepMilliseconds: Int64 = 1000

  private let state = Mutex(State())

  /// An event was new.
  func noteAccepted(receivedAtMilliseconds: Int64, stampSeconds: Int64?) {
    state.withLock { state in
      state.acceptedAtMilliseconds = receivedAtMilliseconds
      state.acceptedAt = .now
      guard let stampSeconds else { return }
      state.newestStampSeconds = max(state.newestStampSeconds, stampSeconds)
      state.skewSeconds = receivedAtMilliseconds / 1000 - stampSeconds
    }
  }

  /// A good signature came with a stamp outside the tolerance.
  func noteStale(stampSeconds: Int64, skewSeconds: Int64) {
    state.withLock { state in
      guard stampSeconds > state.newestStampSeconds else { return }
      state.newestStampSeconds = stampSeconds
      state.skewSeconds = skewSeconds
    }
  }

  var skewSeconds: Int64? { state.withLock(\.skewSeconds) }

  /// When an event was accepted last, by the wall clock as it stands now: where it was set in between, the time moves
  /// along, so that it never lies in the future.
  func acceptedAtMilliseconds(wallMilliseconds now: Int64) -> Int64? {
    state.withLock { state in
      guard let noted = state.acceptedAtMilliseconds else { return nil }
      let passed = state.acceptedAt.duration(to: .now).components
      let passedMilliseconds = passed.seconds * 1000 + passed.attoseconds / 1_000_000_000_000_000
      let bySteadyClock = now - passedMilliseconds
      return (bySteadyClock - noted).magnitude > Self.clockStepMilliseconds.magnitude ? bySteadyClock : noted
    }
  }
}

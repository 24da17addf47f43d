import Synchronization

/// The start of one pump, which is not waited for without end: its handler may hang, in opening a file on a dead mount for
/// example. Then it is given up, and whatever comes of it later changes nothing.
final class PumpStart: Sendable {
  private enum State {
    case underWay
    case over(Result<Void, any Error>)
    case givenUp
  }

  private let state = Mutex(State.underWay)
  private let ended = Latch()

  /// Begins it.
  func begin(_ pump: any Pump) {
    Task {
      let result: Result<Void, any Error>
      do { result = .success(try await pump.start { self.isWanted }) } catch { result = .failure(error) }
      let isWanted = state.withLock { state in
        guard case .underWay = state else { return false }
        state = .over(result)
        return true
      }
      ended.open()
      if !isWanted, case .success = result { await pump.abandon() }
    }
  }

  /// Returns when the start is over, and throws what it threw; false when it was given up, or is now because the deadline
  /// has passed.
  func wait(until deadline: Duration, clock: any DeliveryClock) async throws -> Bool {
    _ = await ended.wait(until: deadline, clock: clock)
    giveUp()
    guard case .over(let result) = state.withLock({ $0 }) else { return false }
    try result.get()
    return true
  }

  /// Ends the wait, unless the start is over.
  func giveUp() {
    state.withLock { state in
      if case .underWay = state { state = .givenUp }
    }
    ended.open()
  }

  private var isWanted: Bool {
    state.withLock { state in
      if case .givenUp = state { false } else { true }
    }
  }
}

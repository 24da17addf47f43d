import LinqhookDelivery
import Synchronization

/// A clock that stands until the test moves it.
final class ManualClock: DeliveryClock {
  private struct State: Sendable {
    var now: Duration = .zero
    var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Bool, Never>)] = [:]
    var nextSleeper = 0
  }

  let startedAtMilliseconds: Int64
  private let state = Observed(State())

  init(startedAtMilliseconds: Int64 = 1_000_000) { self.startedAtMilliseconds = startedAtMilliseconds }

  var now: Duration { state.value.now }

  func advance(by duration: Duration) {
    let due = state.change { state in
      state.now += duration
      let due = state.sleepers.filter { $0.value.until <= state.now }
      for key in due.keys { state.sleepers[key] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume(returning: true) }
  }

  /// Returns once someone sleeps until this instant.
  func waitForSleeper(until instant: Duration) async {
    await state.wait { $0.sleepers.values.contains { $0.until == instant } }
  }

  /// Returns once someone sleeps.
  func waitForSleeper() async { await state.wait { !$0.sleepers.isEmpty } }

  func sleep(until instant: Duration) async throws {
    let key = state.change { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    let wasReached = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver: Bool? = state.change { state in
          if state.now >= instant { return true }
          if Task.isCancelled { return false }
          state.sleepers[key] = (instant, continuation)
          return nil
        }
        if let isOver { continuation.resume(returning: isOver) }
      }
    } onCancel: {
      state.change { $0.sleepers.removeValue(forKey: key)?.continuation }?.resume(returning: false)
    }
    guard wasReached else { throw CancellationError() }
  }
}

/// A clock on which every sleep is over at once: the time jumps to its end.
final class LeapingClock: DeliveryClock {
  let startedAtMilliseconds: Int64 = 1_000_000
  private let instant = Mutex(Duration.zero)

  var now: Duration { instant.withLock { $0 } }

  func sleep(until instant: Duration) async throws {
    // Lets all others come to rest first, so that time does not run away from the work.
    for _ in 0..<20 { await Task.yield() }
    try Task.checkCancellation()
    self.instant.withLock { $0 = max($0, instant) }
  }
}

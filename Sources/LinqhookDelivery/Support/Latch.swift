import Logging
import Synchronization

/// Opens once and lets everyone through from then on.
final class Latch: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    var nextWaiter = 0
  }

  private let state = Mutex(State())

  /// Lets everyone through.
  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for continuation in waiting { continuation.resume(returning: true) }
  }

  /// Returns when the latch is open.
  func wait() async { _ = await wait(timeout: nil) }

  /// Returns when the latch is open (true) or the deadline has passed (false).
  func wait(until deadline: Duration, clock: any DeliveryClock) async -> Bool {
    await wait { try await clock.sleep(until: deadline) }
  }

  private func wait(timeout: (@Sendable () async throws -> Void)?) async -> Bool {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    var timer: Task<Void, Never>?
    defer { timer?.cancel() }
    return await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting[waiter] = continuation }
        return state.isOpen
      }
      if isOpen { return continuation.resume(returning: true) }
      // Not before the waiter is in the table: it would not be found there when its time is over at once.
      timer = timeout.map { timeout in
        Task { if (try? await timeout()) != nil { self.giveUp(waiter) } }
      }
    }
  }

  private func giveUp(_ waiter: Int) {
    state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume(returning: false)
  }
}

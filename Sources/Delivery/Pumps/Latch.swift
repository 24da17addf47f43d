import Logging
import Synchronization

/// Opens once and lets everyone through from then on.
final class Latch: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    /// Whose time was over before they had begun to wait.
    var expired: Set<Int> = []
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
    let timer = timeout.map { timeout in
      Task { if (try? await timeout()) != nil { self.giveUp(waiter) } }
    }
    defer { timer?.cancel() }
    return await withCheckedContinuation { continuation in
      let outcome: Bool? = state.withLock { state in
        if state.isOpen { return true }
        if state.expired.remove(waiter) != nil { return false }
        state.waiting[waiter] = continuation
        return nil
      }
      if let outcome { continuation.resume(returning: outcome) }
    }
  }

  private func giveUp(_ waiter: Int) {
    state.withLock { state in
      let continuation = state.waiting.removeValue(forKey: waiter)
      if continuation == nil, !state.isOpen { state.expired.insert(waiter) }
      return continuation
    }?.resume(returning: false)
  }
}

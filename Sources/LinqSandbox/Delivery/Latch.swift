import Synchronization

/// Opens once, for all waiters. Keeps the first tries of one chat's events in order.
final class Latch: Sendable {
  private enum State {
    case closed([CheckedContinuation<Void, Never>])
    case open
  }

  private let state = Mutex(State.closed([]))

  func open() {
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      defer { state = .open }
      if case .closed(let waiting) = state { return waiting }
      return []
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns when the gate is open. Its owner opens it even when cancelled, so this always returns.
  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        guard case .closed(let waiting) = state else { return true }
        state = .closed(waiting + [continuation])
        return false
      }
      if isOpen { continuation.resume() }
    }
  }
}

/// Gives each delivery the gate of the one before it in its lane.
struct LaneBook {
  struct Lane: Hashable {
    var subscriptionID: Int
    var chatID: Int
  }

  private var lastGates: [Lane: Latch] = [:]

  /// The gate to wait for, if any, and the one to open after the first try.
  mutating func enter(_ lane: Lane) -> (before: Latch?, own: Latch) {
    let own = Latch()
    let before = lastGates.updateValue(own, forKey: lane)
    return (before, own)
  }
}

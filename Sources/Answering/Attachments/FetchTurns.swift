import Synchronization

/// Lets so many in at a time; the others wait in order.
final class FetchGate: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(places: Int) { state = Mutex(State(free: max(1, places))) }

  func enter() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.free == 0 else {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.free += 1
      return nil
    }
    next?.resume()
  }
}

/// One fetch of a file at a time in this process: whoever comes second finds the file.
final class FetchTurns: Sendable {
  static let shared = FetchTurns()

  private let busy = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

  func enter(_ path: String) async {
    await withCheckedContinuation { continuation in
      let isFree = busy.withLock { busy in
        guard busy[path] != nil else {
          busy[path] = []
          return true
        }
        busy[path]?.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  func leave(_ path: String) {
    let next = busy.withLock { busy -> CheckedContinuation<Void, Never>? in
      guard let first = busy[path]?.first else {
        busy[path] = nil
        return nil
      }
      busy[path]?.removeFirst()
      return first
    }
    next?.resume()
  }
}

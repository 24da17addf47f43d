import Synchronization

/// A state that tests can wait on: no test sleeps.
final class Observed<State: Sendable>: Sendable {
  private struct Waiter {
    let condition: @Sendable (State) -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct Inside {
    var state: State
    var waiters: [Waiter] = []
  }

  private let inside: Mutex<Inside>

  init(_ state: State) { inside = Mutex(Inside(state: state)) }

  var value: State { inside.withLock { $0.state } }

  /// Changes the state and lets through those whose condition holds now.
  func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    let (result, ready) = inside.withLock { inside in
      let result = body(&inside.state)
      let ready = inside.waiters.filter { $0.condition(inside.state) }
      if !ready.isEmpty { inside.waiters.removeAll { $0.condition(inside.state) } }
      return (result, ready.map(\.continuation))
    }
    for continuation in ready { continuation.resume() }
    return result
  }

  /// Returns once the condition has held.
  func wait(until condition: @escaping @Sendable (State) -> Bool) async {
    await withCheckedContinuation { continuation in
      let holds = inside.withLock { inside in
        if condition(inside.state) { return true }
        inside.waiters.append(Waiter(condition: condition, continuation: continuation))
        return false
      }
      if holds { continuation.resume() }
    }
  }
}

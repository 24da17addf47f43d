import Synchronization

/// A state that tests can wait on: no test sleeps.
final class Observed<State: Sendable>: Sendable {
  private struct Waiter {
    let condition: @Sendable (State) -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct Inside {
    var state: State
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0
  }

  private let inside: Mutex<Inside>

  init(_ state: State) { inside = Mutex(Inside(state: state)) }

  var value: State { inside.withLock { $0.state } }

  /// Changes the state and lets through those whose condition holds now.
  func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    let (result, ready) = inside.withLock { inside in
      let result = body(&inside.state)
      let ready = inside.waiters.filter { $0.value.condition(inside.state) }
      for key in ready.keys { inside.waiters[key] = nil }
      return (result, ready.values.map(\.continuation))
    }
    for continuation in ready { continuation.resume() }
    return result
  }

  /// Returns once the condition has held, or when the test's time is over.
  func wait(until condition: @escaping @Sendable (State) -> Bool) async {
    let key = inside.withLock { inside in
      inside.nextWaiter += 1
      return inside.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = inside.withLock { inside in
          if condition(inside.state) || Task.isCancelled { return true }
          inside.waiters[key] = Waiter(condition: condition, continuation: continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      inside.withLock { $0.waiters.removeValue(forKey: key) }?.continuation.resume()
    }
  }
}

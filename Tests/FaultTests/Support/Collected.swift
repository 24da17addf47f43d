import Synchronization

/// Values that concurrent code adds to.
final class Collected<Value: Sendable>: Sendable {
  private let all = Mutex<[Value]>([])

  var values: [Value] { all.withLock { $0 } }
  func append(_ value: Value) { all.withLock { $0.append(value) } }
}

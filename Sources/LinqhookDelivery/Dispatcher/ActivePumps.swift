import LinqhookInbox
import Synchronization

/// The pumps of this moment, readable from any thread: the store's thread hands events to them, metrics read
/// their figures.
final class ActivePumps: Sendable {
  private let list = Mutex<[any Pump]>([])

  /// The pumps, in the order of the configuration.
  var pumps: [any Pump] { list.withLock { $0 } }

  /// Hands freshly stored events to every pump; called on the store's thread.
  func offer(_ events: [StoredEvent]) {
    for pump in pumps { pump.feed.offer(events) }
  }

  /// Adds a pump and lets its feed begin. In this order no event falls between what the feed reads from the
  /// ledger and what it is offered.
  func add(_ pump: any Pump) {
    list.withLock { $0.append(pump) }
    pump.feed.open()
  }

  /// Takes a handler's pump out.
  func remove(_ handler: String) {
    list.withLock { $0.removeAll { $0.registration.name == handler } }
  }

  /// Puts the pumps in this order of names.
  func sort(by names: [String]) {
    list.withLock { pumps in
      pumps.sort { left, right in
        (names.firstIndex(of: left.registration.name) ?? 0)
          < (names.firstIndex(of: right.registration.name) ?? 0)
      }
    }
  }
}

import Synchronization

/// Counts the connections of all shards against their limits.
final class ConnectionLedger: Sendable {
  private let connectionsMax: Int
  private let perAddressMax: Int
  private let open = Atomic<Int>(0)
  /// Whether a shard has stopped accepting because of the limit.
  private let someoneWaits = Atomic<Bool>(false)
  private let addresses = Mutex<[RemoteAddress: Int]>([:])
  private let wakeAll: @Sendable () -> Void

  init(limits: HTTPLimits, wakeAll: @escaping @Sendable () -> Void) {
    connectionsMax = limits.connectionsMax
    perAddressMax = limits.connectionsPerAddressMax
    self.wakeAll = wakeAll
  }

  /// Whether a place is free at this moment.
  var hasRoom: Bool { open.load(ordering: .sequentiallyConsistent) < connectionsMax }

  /// Takes a place; false at the limit. Whoever is refused is woken when a place is free.
  func reserve() -> Bool {
    if tryReserve() { return true }
    someoneWaits.store(true, ordering: .sequentiallyConsistent)
    // A place may have come free between the two: then nobody would have woken us.
    return tryReserve()
  }

  private func tryReserve() -> Bool {
    let taken = open.add(1, ordering: .sequentiallyConsistent).newValue
    if taken <= connectionsMax { return true }
    open.subtract(1, ordering: .sequentiallyConsistent)
    return false
  }

  /// Gives a place back.
  func release() {
    open.subtract(1, ordering: .sequentiallyConsistent)
    if someoneWaits.load(ordering: .sequentiallyConsistent),
      someoneWaits.exchange(false, ordering: .sequentiallyConsistent)
    {
      wakeAll()
    }
  }

  /// Counts a connection of this address; false when it has too many.
  func admit(_ address: RemoteAddress) -> Bool {
    guard perAddressMax > 0, address != .unix else { return true }
    return addresses.withLock { addresses in
      guard addresses[address, default: 0] < perAddressMax else { return false }
      addresses[address, default: 0] += 1
      return true
    }
  }

  /// Forgets a connection that `admit` let in.
  func dismiss(_ address: RemoteAddress) {
    guard perAddressMax > 0, address != .unix else { return }
    addresses.withLock { addresses in
      let left = addresses[address, default: 1] - 1
      addresses[address] = left > 0 ? left : nil
    }
  }
}

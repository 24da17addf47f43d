import Synchronization

/// Counts the connections of all loops against their limits.
final class ConnectionLimiter: Sendable {
  private let maxConnections: Atomic<Int>
  private let maxPerAddress: Atomic<Int>
  private let open = Atomic<Int>(0)
  /// Whether a loop has stopped accepting because of the limit.
  private let someoneWaits = Atomic<Bool>(false)
  private let addresses = Mutex<[RemoteAddress: Int]>([:])
  private let wakeAll: @Sendable () -> Void

  init(limits: HTTPLimits, wakeAll: @escaping @Sendable () -> Void) {
    maxConnections = Atomic(limits.maxConnections)
    maxPerAddress = Atomic(limits.maxConnectionsPerAddress)
    self.wakeAll = wakeAll
  }

  /// Counts against other limits from now on. Connections over a lower limit stay until they end by themselves.
  func replaceLimits(with limits: HTTPLimits) {
    maxConnections.store(limits.maxConnections, ordering: .sequentiallyConsistent)
    maxPerAddress.store(limits.maxConnectionsPerAddress, ordering: .relaxed)
  }

  /// Whether a place is free at this moment.
  var hasRoom: Bool { open.load(ordering: .sequentiallyConsistent) < maxPlaces }

  private var maxPlaces: Int { maxConnections.load(ordering: .sequentiallyConsistent) }

  /// Takes a place; false at the limit. The refused caller is woken when a place is free.
  func reserve() -> Bool {
    if tryReserve() { return true }
    someoneWaits.store(true, ordering: .sequentiallyConsistent)
    // A place may have come free between the two: then nobody would have woken us.
    return tryReserve()
  }

  private func tryReserve() -> Bool {
    var taken = open.load(ordering: .sequentiallyConsistent)
    while taken < maxPlaces {
      let (isOurs, now) = open.compareExchange(
        expected: taken,
        desired: taken + 1,
        ordering: .sequentiallyConsistent
      )
      if isOurs { return true }
      taken = now
    }
    return false
  }

  /// Gives a place back.
  func release() {
    let taken = open.subtract(1, ordering: .sequentiallyConsistent).newValue
    // Over a limit that was lowered, a place that is given back is nobody's yet; who waits must still be woken later.
    guard taken < maxPlaces else { return }
    if someoneWaits.load(ordering: .sequentiallyConsistent),
      someoneWaits.exchange(false, ordering: .sequentiallyConsistent)
    {
      wakeAll()
    }
  }

  /// Counts a connection of this address, whether or not there is a limit now; false when it has too many.
  func admit(_ address: RemoteAddress) -> Bool {
    guard address != .unix else { return true }
    let maxPerAddress = maxPerAddress.load(ordering: .relaxed)
    return addresses.withLock { addresses in
      guard maxPerAddress == 0 || addresses[address, default: 0] < maxPerAddress else { return false }
      addresses[address, default: 0] += 1
      return true
    }
  }

  /// Forgets a connection that `admit` let in.
  func dismiss(_ address: RemoteAddress) {
    guard address != .unix else { return }
    addresses.withLock { addresses in
      let left = addresses[address, default: 1] - 1
      addresses[address] = left > 0 ? left : nil
    }
  }
}

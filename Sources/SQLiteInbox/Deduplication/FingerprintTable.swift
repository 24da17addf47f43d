internal import LinqhookInbox

/// A set of fingerprints in one flat array: open addressing with linear probing.
///
/// Fingerprints are random already, so they are their own hash. The home of one is its low word scaled to the
/// capacity, which need not be a power of two: growth by half wastes less than doubling. Removal shifts the
/// followers back instead of leaving tombstones, so that years of evictions slow nothing down.
struct FingerprintTable {
  /// All zero means free; the one fingerprint that is all zero is kept as its neighbour.
  private static let free = Fingerprint(high: 0, low: 0)
  private static let standInForFree = Fingerprint(high: 0, low: 1)

  private var slots: [Fingerprint]
  private(set) var count = 0

  init(minimumCapacity: Int = 0) {
    slots = Array(repeating: Self.free, count: max(16, minimumCapacity + minimumCapacity / 3 + 1))
  }

  func contains(_ fingerprint: Fingerprint) -> Bool {
    slots[position(of: Self.kept(fingerprint))] != Self.free
  }

  /// Adds it; false if it was there.
  mutating func insert(_ fingerprint: Fingerprint) -> Bool {
    let kept = Self.kept(fingerprint)
    let position = position(of: kept)
    guard slots[position] == Self.free else { return false }
    slots[position] = kept
    count += 1
    if count * 4 > slots.count * 3 { grow() }
    return true
  }

  /// Takes it out; false if it was not there.
  mutating func remove(_ fingerprint: Fingerprint) -> Bool {
    var gap = position(of: Self.kept(fingerprint))
    guard slots[gap] != Self.free else { return false }
    var candidate = next(gap)
    while slots[candidate] != Self.free {
      let home = home(of: slots[candidate])
      // The candidate may fill the gap unless its home lies behind the gap, seen around the ring.
      let staysReachable =
        gap <= candidate ? (home <= gap || home > candidate) : (home <= gap && home > candidate)
      if staysReachable {
        slots[gap] = slots[candidate]
        gap = candidate
      }
      candidate = next(candidate)
    }
    slots[gap] = Self.free
    count -= 1
    return true
  }

  /// Where it is, or the free slot where it would go.
  private func position(of fingerprint: Fingerprint) -> Int {
    var position = home(of: fingerprint)
    while slots[position] != fingerprint, slots[position] != Self.free { position = next(position) }
    return position
  }

  private func home(of fingerprint: Fingerprint) -> Int {
    Int(truncatingIfNeeded: fingerprint.low.multipliedFullWidth(by: UInt64(slots.count)).high)
  }

  private func next(_ position: Int) -> Int {
    position + 1 == slots.count ? 0 : position + 1
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Self.free, count: old.count + old.count / 2)
    for fingerprint in old where fingerprint != Self.free {
      slots[position(of: fingerprint)] = fingerprint
    }
  }

  private static func kept(_ fingerprint: Fingerprint) -> Fingerprint {
    fingerprint == free ? standInForFree : fingerprint
  }
}

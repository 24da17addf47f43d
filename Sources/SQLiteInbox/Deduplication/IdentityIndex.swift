internal import LinqhookInbox

/// The ids that the inbox vouches for, and how many of each kind they are; those that are being committed included.
struct IdentityIndex {
  private var fingerprints: FingerprintIndex
  private(set) var counts = IdentityCounts()

  /// An empty index with room for about this many.
  init(minimumCapacity: Int = 0) { fingerprints = FingerprintIndex(minimumCapacity: minimumCapacity) }

  var count: Int { fingerprints.count }

  func contains(_ fingerprint: Fingerprint) -> Bool { fingerprints.contains(fingerprint) }

  mutating func insert(_ fingerprint: Fingerprint, _ kind: IdentityKind) {
    if fingerprints.insert(fingerprint) { counts[kind] += 1 }
  }

  mutating func remove(_ fingerprint: Fingerprint, _ kind: IdentityKind) {
    if fingerprints.remove(fingerprint) { counts[kind] -= 1 }
  }
}

internal import LinqhookInbox

/// A kind of ids that are forgotten in the order in which they came: those of one scope whose requests have a signed
/// stamp, or those that have none.
struct IdentityKind: Hashable {
  /// Twice the scope's number, and one more where there are stamps.
  let code: Int

  init(code: Int) { self.code = code }

  init(scope: Int, isStamped: Bool) { code = scope * 2 + (isStamped ? 1 : 0) }

  var scope: Int { code >> 1 }
  var isStamped: Bool { code & 1 == 1 }
}

/// How many ids of each kind there are.
struct IdentityCounts {
  private var byKind: [Int] = []

  subscript(kind: IdentityKind) -> Int {
    get { kind.code < byKind.count ? byKind[kind.code] : 0 }
    set {
      while byKind.count <= kind.code { byKind.append(0) }
      byKind[kind.code] = newValue
    }
  }

  /// All ids of a scope.
  func ids(inScope scope: Int) -> Int {
    self[IdentityKind(scope: scope, isStamped: false)] + self[IdentityKind(scope: scope, isStamped: true)]
  }

  /// All ids of some scopes.
  func ids(inScopes scopes: [Int]) -> Int { scopes.reduce(0) { $0 + ids(inScope: $1) } }

  /// Those of them that have a stamp.
  func stampedIDs(inScopes scopes: [Int]) -> Int {
    scopes.reduce(0) { $0 + self[IdentityKind(scope: $1, isStamped: true)] }
  }
}

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

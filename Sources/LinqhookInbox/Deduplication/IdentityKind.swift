/// A kind of ids that are forgotten in the order in which they came: those of one scope whose requests have a signed
/// stamp, or those that have none.
package struct IdentityKind: Hashable {
  /// Twice the scope's number, and one more where there are stamps.
  package let code: Int

  package init(code: Int) { self.code = code }

  package init(scope: Int, isStamped: Bool) { code = scope * 2 + (isStamped ? 1 : 0) }

  package var scope: Int { code >> 1 }
  package var isStamped: Bool { code & 1 == 1 }
}

/// How many ids of each kind there are.
package struct IdentityCounts {
  private var byKind: [Int] = []

  package init() {}

  package subscript(kind: IdentityKind) -> Int {
    get { kind.code < byKind.count ? byKind[kind.code] : 0 }
    set {
      while byKind.count <= kind.code { byKind.append(0) }
      byKind[kind.code] = newValue
    }
  }

  /// All ids of a scope.
  package func ids(inScope scope: Int) -> Int {
    self[IdentityKind(scope: scope, isStamped: false)] + self[IdentityKind(scope: scope, isStamped: true)]
  }

  /// All ids of some scopes.
  package func ids(inScopes scopes: [Int]) -> Int { scopes.reduce(0) { $0 + ids(inScope: $1) } }

  /// Those of them that have a stamp.
  package func stampedIDs(inScopes scopes: [Int]) -> Int {
    scopes.reduce(0) { $0 + self[IdentityKind(scope: $1, isStamped: true)] }
  }
}

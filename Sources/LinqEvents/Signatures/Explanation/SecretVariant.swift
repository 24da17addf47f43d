internal import LinqhookAuthentication

/// What may have happened to a secret between the page that showed it and the configuration.
struct SecretVariant {
  /// Worded to follow "if".
  let change: String
  let secret: Secret
  /// The position of the secret that was changed.
  let index: Int

  /// What each secret would be if common slips were undone, one after the other, and in other spellings.
  static func all(of secrets: [Secret]) -> [SecretVariant] {
    secrets.enumerated().flatMap { index, secret in
      var variants: [SecretVariant] = []
      var current = secret
      var changes: [String] = []
      // What stands around a secret comes off in any order: `export X="v1,whsec_…"`.
      while let (peel, inner) = firstPeel(of: current) {
        current = inner
        changes.append(peel.change)
        variants.append(SecretVariant(change: joined(changes), secret: inner, index: index))
      }
      for (change, other) in SecretRespelling.all(of: current) {
        variants.append(SecretVariant(change: joined(changes + [change]), secret: other, index: index))
      }
      return variants
    }
  }

  private static func joined(_ changes: [String]) -> String {
    guard let last = changes.last, changes.count > 1 else { return changes.first ?? "" }
    return changes.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func firstPeel(of secret: Secret) -> (SecretPeel, Secret)? {
    for peel in SecretPeel.allCases {
      if let inner = secret.withBytes({ bytes -> Secret? in
        guard let range = peel.inner(of: bytes), !range.isEmpty, range.count < bytes.count else { return nil }
        return try? Secret(bytes.extracting(range))
      }) {
        return (peel, inner)
      }
    }
    return nil
  }
}

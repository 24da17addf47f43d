internal import LinqhookAuthentication

/// One way to check a signature: a key, and where it comes from.
struct VerificationKey: Sendable {
  let key: HMACSHA256Key
  let secretIndex: Int
  let reading: KeyReading
}

/// Every distinct key that the configured secrets give, in the order in which a scheme tries them.
///
/// The usual reading of all secrets comes before the others, so that a good request costs one HMAC, or as
/// many as secrets are being rotated. Equal keys are tried once, under the first position that gives them.
struct VerificationKeys: Sendable {
  private struct Derived {
    let bytes: Secret
    let verification: VerificationKey
  }

  private let keysByScheme: [SignatureScheme: [VerificationKey]]

  init(secrets: [Secret]) throws(AuthenticationError) {
    var keysByScheme: [SignatureScheme: [VerificationKey]] = [:]
    // Shared between schemes, so that they share the prepared contexts too.
    var prepared: [Derived] = []
    for scheme in SignatureScheme.allCases {
      var keys: [Derived] = []
      for reading in KeyReading.order(for: scheme) {
        for (index, secret) in secrets.enumerated() {
          guard let bytes = reading.key(from: secret), !keys.contains(where: { $0.bytes.isEqual(to: bytes) })
          else { continue }
          guard let key = try Self.key(of: bytes, reading, among: prepared) else { continue }
          keys.append(
            Derived(bytes: bytes, verification: .init(key: key, secretIndex: index, reading: reading))
          )
        }
      }
      prepared += keys
      keysByScheme[scheme] = keys.map(\.verification)
    }
    self.keysByScheme = keysByScheme
  }

  subscript(scheme: SignatureScheme) -> [VerificationKey] { keysByScheme[scheme, default: []] }

  /// A guess at another reading that libcrypto refuses is no fault of the configuration.
  private static func key(
    of bytes: Secret,
    _ reading: KeyReading,
    among prepared: [Derived]
  ) throws(AuthenticationError) -> HMACSHA256Key? {
    if let known = prepared.first(where: { $0.bytes.isEqual(to: bytes) }) { return known.verification.key }
    do {
      return try HMACSHA256Key(bytes)
    } catch {
      if reading == .ownBytes { throw error }
      return nil
    }
  }
}

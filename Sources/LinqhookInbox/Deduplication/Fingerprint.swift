package import LinqhookAuthentication

/// 128 bits that stand for an event id.
///
/// Ids are up to 255 bytes long and chosen by the sender; a fingerprint has one size, and without the key
/// nobody can search for two ids with the same one, nor for ids that crowd one part of the index. Two of a
/// million ids collide with a probability of 2^-89.
package struct Fingerprint: Hashable, Sendable {
  package var high: UInt64
  package var low: UInt64

  package static let byteCount = 16

  /// Reads 16 bytes from an offset, lowest first.
  package init(_ bytes: Span<UInt8>, at offset: Int = 0) {
    high = Self.word(bytes, at: offset)
    low = Self.word(bytes, at: offset + 8)
  }

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The same id in another scope: see ``FingerprintKey/mask(ofScope:)``.
  package static func ^ (first: Fingerprint, second: Fingerprint) -> Fingerprint {
    Fingerprint(high: first.high ^ second.high, low: first.low ^ second.low)
  }

  private static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<8 { word |= UInt64(bytes[offset + index]) << UInt64(index * 8) }
    return word
  }

  /// Adds its 16 bytes, lowest first.
  package func append(to bytes: inout [UInt8]) {
    for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: high >> UInt64(index * 8))) }
    for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: low >> UInt64(index * 8))) }
  }
}

/// Makes fingerprints: the first half of HMAC-SHA256 (RFC 2104, truncated as its section 5 allows) of the id
/// under a random key that never leaves the store.
package struct FingerprintKey: Sendable {
  package static let byteCount = 32

  package let key: HMACSHA256Key

  package init(_ bytes: [UInt8]) throws(AuthenticationError) {
    key = try HMACSHA256Key(Secret(bytes))
  }

  package func fingerprint(of eventID: String) -> Fingerprint {
    var message = key.message()
    message.append(eventID.utf8.span)
    return Fingerprint(message.authenticationCode().bytes.span)
  }

  /// What turns an id's fingerprint into the one that stands for it in a scope. So an id is hashed once, however many
  /// scopes are looked at, and what is known in one says nothing in another. The shared scope has none: its
  /// fingerprints are those of stores that knew no scopes.
  package func mask(ofScope scope: Int) -> Fingerprint {
    scope == 0 ? Fingerprint(high: 0, low: 0) : fingerprint(of: "\0scope\0\(scope)")
  }

  /// What is in the store for a key that signatures are checked with, to tell which endpoints share one.
  package func print(of signingKey: Secret) -> Fingerprint {
    var message = key.message()
    message.append("\0secret\0".utf8.span)
    signingKey.withBytes { message.append($0) }
    return Fingerprint(message.authenticationCode().bytes.span)
  }
}

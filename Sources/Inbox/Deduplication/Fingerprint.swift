internal import Authentication

/// 128 bits that stand for an event id.
///
/// Ids are up to 255 bytes long and chosen by the sender; a fingerprint has one size, and without the key
/// nobody can search for two ids with the same one, nor for ids that crowd one part of the index. Two of a
/// million ids collide with a probability of 2^-89.
struct Fingerprint: Hashable, Sendable {
  var high: UInt64
  var low: UInt64

  static let byteCount = 16

  /// Reads 16 bytes from an offset, lowest first.
  init(_ bytes: Span<UInt8>, at offset: Int = 0) {
    high = Self.word(bytes, at: offset)
    low = Self.word(bytes, at: offset + 8)
  }

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  private static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<8 { word |= UInt64(bytes[offset + index]) << UInt64(index * 8) }
    return word
  }

  /// Adds its 16 bytes, lowest first.
  func append(to bytes: inout [UInt8]) {
    for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: high >> UInt64(index * 8))) }
    for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: low >> UInt64(index * 8))) }
  }
}

/// Makes fingerprints: the first half of HMAC-SHA256 (RFC 2104, truncated as its section 5 allows) of the id
/// under a random key that never leaves the store.
struct FingerprintKey: Sendable {
  static let byteCount = 32

  let key: HMACSHA256Key

  init(_ bytes: [UInt8]) throws(AuthenticationError) {
    key = try HMACSHA256Key(Secret(bytes))
  }

  func fingerprint(of eventID: String) -> Fingerprint {
    var message = key.message()
    message.append(eventID.utf8.span)
    return Fingerprint(message.authenticationCode().bytes.span)
  }
}

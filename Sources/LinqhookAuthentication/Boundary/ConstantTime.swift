import CLibCrypto

/// A comparison whose time does not depend on where two byte strings differ.
enum ConstantTime {
  /// Lengths are not secret, so for different lengths it returns at once.
  static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe left.withUnsafeBytes { left in
      unsafe right.withUnsafeBytes { right in
        unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
      }
    }
  }
}

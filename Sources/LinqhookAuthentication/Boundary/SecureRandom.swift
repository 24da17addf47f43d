import CLibCrypto

/// Unpredictable bytes from libcrypto's generator, which the kernel seeds.
public enum SecureRandom {
  /// Returns `count` random bytes, for secrets and ids.
  ///
  /// Throws ``AuthenticationError/randomUnavailable`` when the generator fails: weaker bytes would be worse
  /// than none.
  public static func bytes(count: Int) throws(AuthenticationError) -> [UInt8] {
    var isFilled = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      isFilled = unsafe RAND_bytes(buffer.baseAddress, Int32(count)) == 1
      initializedCount = isFilled ? count : 0
    }
    guard isFilled else { throw .randomUnavailable }
    return bytes
  }
}

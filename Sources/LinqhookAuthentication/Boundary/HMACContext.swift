import CLibCrypto

/// Owns one keyed `EVP_MAC_CTX`.
///
/// OpenSSL 3 keeps the key when a context is initialised again with none, so a context is keyed once and
/// restarted for each message; `contextKeepsItsKeyAcrossMessages` holds that true for the library in use.
///
/// After the key was taken, the calls below can fail only when memory has run out or libcrypto is broken.
/// Then they stop the process, as Swift's own allocations do: a wrong code would look like a forged
/// signature, and Linq drops an event for good when it is refused.
///
/// `@unchecked Sendable`: a context that computes belongs to the one `Message` that took it from the free
/// list, and is given back only when that is over. The prepared one is only ever duplicated, which reads it.
@safe final class HMACContext: @unchecked Sendable {
  private let pointer: OpaquePointer

  /// Throws ``AuthenticationError/algorithmUnavailable`` or ``AuthenticationError/keyRefused(byteCount:)``.
  init(key: Span<UInt8>) throws(AuthenticationError) {
    guard let algorithm = unsafe Algorithm.hmac.pointer, let pointer = unsafe EVP_MAC_CTX_new(algorithm)
    else {
      throw .algorithmUnavailable
    }
    unsafe self.pointer = pointer
    guard unsafe Self.setKey(key, of: pointer) else {
      throw .keyRefused(byteCount: key.count)
    }
  }

  private init(owning pointer: OpaquePointer) {
    unsafe self.pointer = pointer
  }

  deinit { unsafe EVP_MAC_CTX_free(pointer) }

  /// An `OSSL_PARAM` points to its name and value, so both must outlive the call that makes it.
  private static func setKey(_ key: Span<UInt8>, of pointer: OpaquePointer) -> Bool {
    var digest = Array("SHA256".utf8CString)
    return unsafe OSSL_MAC_PARAM_DIGEST.withCString { name in
      unsafe digest.withUnsafeMutableBufferPointer { digest in
        let parameters = unsafe [
          OSSL_PARAM_construct_utf8_string(name, digest.baseAddress, 0), OSSL_PARAM_construct_end(),
        ]
        return unsafe key.withUnsafeBufferPointer { key in
          unsafe EVP_MAC_init(pointer, key.baseAddress, key.count, parameters) == 1
        }
      }
    }
  }

  /// Another context with the same key.
  func duplicate() -> HMACContext {
    guard let copy = unsafe EVP_MAC_CTX_dup(pointer) else {
      preconditionFailure("libcrypto could not duplicate an HMAC context: out of memory.")
    }
    return unsafe HMACContext(owning: copy)
  }

  /// Starts a new message with the same key.
  func restart() {
    let status = unsafe EVP_MAC_init(pointer, nil, 0, nil)
    precondition(status == 1, "libcrypto could not restart an HMAC context.")
  }

  func update(_ piece: Span<UInt8>) {
    let status = unsafe piece.withUnsafeBufferPointer { piece in
      unsafe EVP_MAC_update(pointer, piece.baseAddress, piece.count)
    }
    precondition(status == 1, "libcrypto could not add to an HMAC.")
  }

  /// Ends the message and returns its code.
  func finish() -> InlineArray<32, UInt8> {
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    var byteCount = 0
    var output = bytes.mutableSpan
    let status = unsafe output.withUnsafeMutableBufferPointer { buffer in
      unsafe EVP_MAC_final(pointer, buffer.baseAddress, &byteCount, buffer.count)
    }
    precondition(status == 1 && byteCount == 32, "libcrypto could not end an HMAC.")
    return bytes
  }
}

/// The algorithm, fetched once for the process: a fetch searches the providers under a lock.
///
/// `@unchecked Sendable`: `EVP_MAC` is an immutable, reference-counted description.
@safe private struct Algorithm: @unchecked Sendable {
  static let hmac = Algorithm()

  let pointer: OpaquePointer?

  private init() {
    unsafe pointer = EVP_MAC_fetch(nil, OSSL_MAC_NAME_HMAC, nil)
  }
}

import CLibCrypto

/// Owns bytes on the heap and overwrites them before they are freed.
///
/// `@unchecked Sendable`: the pointer is private, the bytes are written only while `init` runs, and
/// everything after that reads.
@safe struct WipedMemory: ~Copyable, @unchecked Sendable {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  let byteCount: Int

  init(copying bytes: Span<UInt8>) {
    self.init(capacity: bytes.count) { output in
      for index in bytes.indices { output.append(bytes[index]) }
    }
  }

  init(capacity: Int, writtenBy write: (inout OutputSpan<UInt8>) -> Void) {
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
    var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
    write(&output)
    byteCount = unsafe output.finalize(for: buffer)
    unsafe self.buffer = unsafe buffer
  }

  deinit {
    // A plain loop that writes zeros may be removed by the optimiser; this call may not.
    unsafe OPENSSL_cleanse(buffer.baseAddress, buffer.count)
    unsafe buffer.deallocate()
  }

  func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let filled = unsafe UnsafeBufferPointer(rebasing: buffer[..<byteCount])
    return try body(unsafe filled.span)
  }
}

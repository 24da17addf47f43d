private import CMicroHTTPD

/// Owns one `MHD_Response`. libmicrohttpd counts its uses under a lock of its own, so many loops may send it.
@safe final class NativeResponse: @unchecked Sendable {
  // Unchecked because of this pointer: it never changes, and what it points to is guarded by libmicrohttpd.
  private let pointer: OpaquePointer?

  init(headers: [HTTPHeaderField], body: [UInt8]) {
    unsafe pointer = body.withUnsafeBytes { bytes in
      unsafe MHD_create_response_from_buffer(
        bytes.count,
        UnsafeMutableRawPointer(mutating: bytes.baseAddress),
        .RESPMEM_MUST_COPY
      )
    }
    for field in headers {
      // Passed as an argument a string would be copied into an array first.
      unsafe field.name.withCString { name in
        unsafe field.value.withCString { value in
          unsafe _ = MHD_add_response_header(pointer, name, value)
        }
      }
    }
  }

  deinit {
    unsafe MHD_destroy_response(pointer)
  }

  /// Queues the response on a connection; false when libmicrohttpd does not take it in the connection's state.
  func queue(on connection: OpaquePointer, status: Int) -> Bool {
    guard let pointer = unsafe pointer else { return false }
    return unsafe MHD_queue_response(connection, UInt32(status), pointer) == .YES
  }
}

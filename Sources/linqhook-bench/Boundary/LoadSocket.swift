private import Glibc

/// A client's connection to a server on this machine.
struct LoadSocket {
  enum Outcome {
    case bytes(Int)
    case wouldBlock
    case closed
  }

  let descriptor: Int32

  /// Connects; afterwards the socket does not block.
  init(port: UInt16) throws(BenchError) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .system("socket", errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      Glibc.close(descriptor)
      throw .system("connect", code)
    }
    var yes: Int32 = 1
    unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  func close() { Glibc.close(descriptor) }

  /// Sends the bytes from `offset` on, as far as the kernel takes them.
  func send(_ bytes: [UInt8], from offset: Int) -> Outcome {
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe Glibc.send(
        descriptor,
        buffer.baseAddress.map { unsafe $0 + offset },
        buffer.count - offset,
        Int32(MSG_NOSIGNAL)
      )
    }
    return outcome(count)
  }

  /// Reads the available bytes into the front of the buffer.
  func receive(into buffer: inout [UInt8]) -> Outcome {
    let count = unsafe buffer.withUnsafeMutableBytes { buffer in
      unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
    }
    return count == 0 ? .closed : outcome(count)
  }

  private func outcome(_ count: Int) -> Outcome {
    if count >= 0 { return .bytes(count) }
    return errno == EAGAIN || errno == EINTR ? .wouldBlock : .closed
  }
}

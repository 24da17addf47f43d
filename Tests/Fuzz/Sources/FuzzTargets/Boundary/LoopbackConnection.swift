import Glibc

/// One connection to this machine: says some bytes, and reads until the other end closes.
///
/// libFuzzer's alarm comes every few seconds, and interrupts calls on a socket that has a time limit (signal(7)).
enum LoopbackConnection {
  /// Everything that came back. A receiver that keeps silent for ten seconds is a finding.
  ///
  /// - Parameter endsAfterwards: whether the sending half is closed; otherwise the bytes must make the other end
  ///   close.
  static func exchange(_ bytes: [UInt8], port: UInt16, endsAfterwards: Bool) -> [UInt8] {
    let descriptor = connection(port)
    defer { close(descriptor) }
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes { rest in
        unsafe send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      // It may close before it has heard all.
      guard count > 0 else { break }
      sent += count
    }
    guard endsAfterwards else { return read(descriptor) }
    // libmicrohttpd 0.9.75 does not see an end that comes along with the last bytes of half a request, and waits
    // until the request is late. So the end comes apart from them.
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    unsafe poll(&waiting, 1, 5)
    shutdown(descriptor, Int32(SHUT_WR))
    return read(descriptor)
  }

  private static func connection(_ port: UInt16) -> Int32 {
    while true {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var limit = timeval(tv_sec: 10, tv_usec: 0)
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      if connect(descriptor, port) { return descriptor }
      guard errno == EINTR else { fatalError("The receiver takes no connection (errno \(errno)).") }
      close(descriptor)
    }
  }

  /// From one of 127.0.0.2 to 127.0.0.251: a client that ends first keeps its port for a minute, and a fast machine would
  /// have used up those of one address before.
  private static func connect(_ descriptor: Int32, _ port: UInt16) -> Bool {
    let host = 2 + UInt32.random(in: 0..<250)
    return unsafe call(Glibc.bind, descriptor, host: host, port: 0)
      && call(Glibc.connect, descriptor, host: 1, port: port)
  }

  private static func call(
    _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32,
    _ descriptor: Int32,
    host: UInt32,
    port: UInt16
  ) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr = in_addr(s_addr: (0x7F00_0000 + host).bigEndian)
    return unsafe withUnsafeBytes(of: &address) { bytes in
      guard let start = bytes.baseAddress else { return false }
      let pointer = unsafe start.assumingMemoryBound(to: sockaddr.self)
      return unsafe function(descriptor, pointer, socklen_t(bytes.count)) == 0
    }
  }

  private static func read(_ descriptor: Int32) -> [UInt8] {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { fatalError("The receiver neither answers nor closes.") }
      guard count > 0 else { return received }
      received += buffer[..<count]
    }
  }
}

import Glibc

/// One datagram to a unix socket.
enum Datagram {
  /// Whether it was sent. A path that begins with `@` names a socket in the abstract namespace (unix(7)).
  static func send(_ message: [UInt8], toSocketAt path: String) -> Bool {
    let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard let (address, length) = unixAddress(path) else { return false }
    return unsafe withUnsafePointer(to: address) { typed in
      unsafe typed.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe message.withUnsafeBytes { bytes in
          unsafe sendto(
            descriptor,
            bytes.baseAddress,
            bytes.count,
            Int32(MSG_NOSIGNAL),
            generic,
            length
          )
            == bytes.count
        }
      }
    }
  }

  private static func unixAddress(_ path: String) -> (sockaddr_un, socklen_t)? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    let isAbstract = bytes.first == UInt8(ascii: "@")
    if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
    guard bytes.count <= MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let offset = MemoryLayout<sa_family_t>.size
    return (address, socklen_t(offset + bytes.count))
  }
}

import CMicroHTTPD
import Glibc

/// A connected client socket that nobody serves yet.
struct AcceptedSocket {
  let descriptor: Int32
  /// The peer, or whom a header of the PROXY protocol names in its place.
  var remoteAddress: RemoteAddress
  private var storage: sockaddr_storage
  private var count: socklen_t

  /// Clients never get the last descriptors. What else runs here needs some at any moment, and not all of it can
  /// fail well: libdispatch looks at its threads through /proc each second, and ends the process when it cannot.
  private static let spareDescriptors: UInt = 24

  /// Takes the next client from a listening socket's queue; nil with the reason when there is none to take. One that
  /// would have a spare descriptor is closed, and the reason is EMFILE.
  static func accept(from listener: Int32) -> Result<AcceptedSocket, AcceptFailure> {
    var storage = sockaddr_storage()
    var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = unsafe withUnsafeMutablePointer(to: &storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe accept4(listener, address, &count, flags)
      }
    }
    guard descriptor >= 0 else { return .failure(AcceptFailure(code: errno)) }
    // The kernel gives the lowest free number, so numbers near the limit mean that few are left.
    guard UInt(descriptor) + spareDescriptors < maxDescriptors else {
      Glibc.close(descriptor)
      return .failure(AcceptFailure(code: EMFILE))
    }
    return .success(AcceptedSocket(descriptor: descriptor, storage: storage, count: count))
  }

  /// Asked each time: it can be changed from outside while we run (prlimit(1)).
  private static var maxDescriptors: UInt {
    var limit = rlimit()
    return unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? limit.rlim_cur : .max
  }

  private init(descriptor: Int32, storage: sockaddr_storage, count: socklen_t) {
    self.descriptor = descriptor
    self.storage = storage
    self.count = count
    remoteAddress = RemoteAddress(storage)
  }

  /// The peer's address in the form that system calls want.
  @unsafe func withAddress<Value>(_ use: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
    unsafe withUnsafePointer(to: storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe use($0, count) }
    }
  }

  func close() { Glibc.close(descriptor) }
}

/// Why no client was taken.
struct AcceptFailure: Error {
  let code: Int32

  /// Nobody waits, or the one who did has gone.
  var isNothingToDo: Bool { [EAGAIN, ECONNABORTED, EINTR, EPROTO].contains(code) }
}

extension RemoteAddress {
  private init(_ address: in6_addr) {
    let halves = unsafe withUnsafeBytes(of: address) { bytes in
      unsafe (
        UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
    self.init(upper: halves.0, lower: halves.1)
  }

  fileprivate init(_ storage: sockaddr_storage) {
    switch Int32(storage.ss_family) {
    case AF_INET:
      let address = unsafe withUnsafeBytes(of: storage) { unsafe $0.load(as: sockaddr_in.self) }
      self = .ipv4(UInt32(bigEndian: address.sin_addr.s_addr))
    case AF_INET6:
      let address = unsafe withUnsafeBytes(of: storage) { unsafe $0.load(as: sockaddr_in6.self) }
      self.init(address.sin6_addr)
    default:
      self = .unix
    }
  }
}

extension RemoteAddress {
  /// Reads an address without brackets, zone or port, as inet_pton(3) does; nil when it is none.
  init?(parsing text: String) {
    var address4 = in_addr()
    if unsafe inet_pton(AF_INET, text, &address4) == 1 {
      self = .ipv4(UInt32(bigEndian: address4.s_addr))
      return
    }
    var address6 = in6_addr()
    guard unsafe inet_pton(AF_INET6, text, &address6) == 1 else { return nil }
    self.init(address6)
  }
}

import CMicroHTTPD
import Glibc

/// An address in the form that system calls want.
struct SocketAddress {
  private var storage: sockaddr_storage
  private var count: socklen_t

  var family: Int32 { Int32(storage.ss_family) }

  /// The address of a unix socket; nil when the path has more bytes than fit.
  init?(unixPath path: String) {
    var address = sockaddr_un()
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    storage = sockaddr_storage()
    unsafe withUnsafeMutableBytes(of: &storage) { storage in
      unsafe withUnsafeBytes(of: address) { unsafe storage.copyMemory(from: $0) }
    }
    count = socklen_t(MemoryLayout<sockaddr_un>.size)
  }

  @unsafe private init(_ address: UnsafePointer<sockaddr>, _ count: socklen_t) {
    storage = sockaddr_storage()
    self.count = count
    unsafe withUnsafeMutableBytes(of: &storage) { storage in
      unsafe storage.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(count)))
    }
  }

  /// The address that a socket is bound to.
  static func local(of descriptor: Int32) -> SocketAddress? {
    var storage = sockaddr_storage()
    var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutablePointer(to: &storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard unsafe getsockname(descriptor, address, &count) == 0 else { return nil }
        return unsafe SocketAddress(address, count)
      }
    }
  }

  /// All addresses of a host. An empty host is every address of the machine: IPv6 first, because a socket of
  /// that kind takes IPv4 clients as well.
  static func resolve(host: String, port: UInt16) throws(HTTPServerError) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &list)
    guard code == 0 else {
      throw .hostNotFound(host, reason: unsafe String(cString: gai_strerror(code)))
    }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe entry.pointee.ai_addr {
        unsafe addresses.append(SocketAddress(address, entry.pointee.ai_addrlen))
      }
      unsafe next = entry.pointee.ai_next
    }
    return host.isEmpty ? addresses.sorted { $0.family > $1.family } : addresses
  }

  func bind(_ descriptor: Int32) -> Int32 {
    unsafe withPointer { unsafe Glibc.bind(descriptor, $0, count) }
  }

  func connect(_ descriptor: Int32) -> Int32 {
    unsafe withPointer { unsafe Glibc.connect(descriptor, $0, count) }
  }

  /// The address as an operator writes it.
  var listenAddress: ListenAddress? {
    if family == AF_UNIX { return .unix(path: unixPath) }
    var host = [CChar](repeating: 0, count: 64)
    var port = [CChar](repeating: 0, count: 8)
    let flags = NI_NUMERICHOST | NI_NUMERICSERV
    let code = unsafe withPointer {
      unsafe getnameinfo(
        $0,
        count,
        &host,
        socklen_t(host.count),
        &port,
        socklen_t(port.count),
        flags
      )
    }
    guard code == 0, let number = UInt16(text(port)) else { return nil }
    return .tcp(host: text(host), port: number)
  }

  private var unixPath: String {
    let address = unsafe withUnsafeBytes(of: storage) { unsafe $0.load(as: sockaddr_un.self) }
    return unsafe withUnsafeBytes(of: address.sun_path) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @unsafe private func withPointer<Value>(_ use: (UnsafePointer<sockaddr>) -> Value) -> Value {
    unsafe withUnsafePointer(to: storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe use($0) }
    }
  }
}

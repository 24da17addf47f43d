import CMicroHTTPD
import Glibc
import Synchronization

/// A socket that clients connect to. Unless it was handed over it closes with its owner; it is never shut
/// down, because that would end it for every process that shares it.
final class ListeningSocket: Sendable {
  let descriptor: Int32
  /// The address in force: with the port that the system chose.
  let address: ListenAddress
  private let path: SocketPath?
  private let isOurs: Bool
  private let isClosed = Atomic<Bool>(false)

  init(descriptor: Int32, address: ListenAddress, path: SocketPath? = nil, isOurs: Bool = true) {
    self.descriptor = descriptor
    self.address = address
    self.path = path
    self.isOurs = isOurs
  }

  deinit { close() }

  /// Whether a client waits to be accepted.
  var hasClient: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&entry, 1, 0) > 0
  }

  /// Ends listening, and removes the path of a unix socket; nothing happens to one that was handed over.
  func close() {
    guard isOurs, !isClosed.exchange(true, ordering: .relaxed) else { return }
    path?.remove()
    _ = Glibc.close(descriptor)
  }

  /// Opens all sockets of an address: a host name may have several.
  static func open(
    _ address: ListenAddress,
    _ access: UnixSocketAccess
  ) throws(HTTPServerError) -> [ListeningSocket] {
    switch address {
    case .tcp(let host, let port): try openTCP(host: host, port: port)
    case .unix(let path): [try openUnix(path: path, access)]
    case .descriptor(let number): [try adopt(number)]
    }
  }

  private static func adopt(_ number: Int32) throws(HTTPServerError) -> ListeningSocket {
    var listens: Int32 = 0
    var count = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &count) == 0, listens == 1 else {
      throw .notListening(number)
    }
    // A client that leaves between the wake-up and accept(2) must not stop the loop.
    _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    let address = SocketAddress.local(of: number)?.listenAddress ?? .descriptor(number)
    return ListeningSocket(descriptor: number, address: address, isOurs: false)
  }

  private static func openUnix(
    path: String,
    _ access: UnixSocketAccess
  ) throws(HTTPServerError) -> ListeningSocket {
    let wanted = ListenAddress.unix(path: path)
    guard let address = SocketAddress(unixPath: path) else { throw .pathTooLong(path) }
    try SocketPath.clear(path, address: address)
    let descriptor = try newSocket(family: AF_UNIX, for: wanted)
    var owned: SocketPath?
    do throws(HTTPServerError) {
      guard address.bind(descriptor) == 0 else { throw Self.bindError(errno, wanted) }
      owned = SocketPath(path)
      // Before listen(2) nobody can connect, so nobody sees another mode than this.
      if let group = access.group { try SocketGroup.give(path, to: group) }
      guard unsafe chmod(path, access.mode) == 0 else {
        throw .system(call: "chmod", code: errno, address: wanted)
      }
      guard listen(descriptor, backlog) == 0 else {
        throw .system(call: "listen", code: errno, address: wanted)
      }
      return ListeningSocket(descriptor: descriptor, address: wanted, path: owned)
    } catch {
      _ = Glibc.close(descriptor)
      owned?.remove()
      throw error
    }
  }

  private static func openTCP(host: String, port: UInt16) throws(HTTPServerError) -> [ListeningSocket] {
    var opened: [ListeningSocket] = []
    var firstError: HTTPServerError?
    for address in try SocketAddress.resolve(host: host, port: port) {
      do throws(HTTPServerError) {
        opened.append(try openTCP(address, wanted: .tcp(host: host, port: port)))
      } catch .addressNotAvailable(let missing) {
        // A name such as localhost may have an address of a family that this machine does not use.
        firstError = firstError ?? .addressNotAvailable(missing)
      }
      // Each socket would get a free port of its own.
      if port == 0 && !opened.isEmpty || host.isEmpty && !opened.isEmpty { break }
    }
    guard !opened.isEmpty else { throw firstError ?? .hostNotFound(host, reason: "it has no address") }
    return opened
  }

  private static func openTCP(
    _ address: SocketAddress,
    wanted: ListenAddress
  ) throws(HTTPServerError) -> ListeningSocket {
    let descriptor = try newSocket(family: address.family, for: wanted)
    do throws(HTTPServerError) {
      // Connections of a server that has just stopped must not keep the next one from its port.
      var on: Int32 = 1
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      guard address.bind(descriptor) == 0 else { throw bindError(errno, wanted) }
      guard listen(descriptor, backlog) == 0 else { throw bindError(errno, wanted) }
      return ListeningSocket(
        descriptor: descriptor,
        address: SocketAddress.local(of: descriptor)?.listenAddress ?? wanted
      )
    } catch {
      _ = Glibc.close(descriptor)
      throw error
    }
  }

  /// How many clients may wait to be accepted; the kernel cuts it to net.core.somaxconn.
  private static let backlog: Int32 = 4096

  private static func newSocket(family: Int32, for address: ListenAddress) throws(HTTPServerError) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else {
      if errno == EAFNOSUPPORT { throw .addressNotAvailable(address) }
      throw .system(call: "socket", code: errno, address: address)
    }
    return descriptor
  }

  private static func bindError(_ code: Int32, _ address: ListenAddress) -> HTTPServerError {
    switch code {
    case EADDRINUSE: .addressInUse(address)
    case EADDRNOTAVAIL, EAFNOSUPPORT: .addressNotAvailable(address)
    case EACCES, EPERM, EROFS: .permissionDenied(address)
    case ENOENT, ENOTDIR:
      if case .unix(let path) = address { .folderMissing(path) } else { .addressNotAvailable(address) }
    default: .system(call: "bind", code: code, address: address)
    }
  }
}

import CMicroHTTPD
import Glibc

/// The file of a unix socket. The system leaves it behind when a server dies, so the next one has to find out
/// whether somebody still listens there.
struct SocketPath: Sendable {
  private let path: String
  private let device: dev_t
  private let inode: ino_t

  /// Remembers which file this path is now.
  init?(_ path: String) {
    guard let status = Self.status(path) else { return nil }
    self.path = path
    device = status.st_dev
    inode = status.st_ino
  }

  /// Removes the file, unless another server has put its own there.
  func remove() {
    guard let status = Self.status(path), status.st_dev == device, status.st_ino == inode else { return }
    unsafe _ = unlink(path)
  }

  /// Removes a dead socket that is in the way. What is no socket, and a socket on which somebody listens,
  /// is an error.
  static func clear(_ path: String, address: SocketAddress) throws(HTTPServerError) {
    guard let status = status(path) else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .pathOccupied(path) }
    let probe = socket(
      AF_UNIX,
      Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
      0
    )
    guard probe >= 0 else { throw .system(call: "socket", code: errno) }
    defer { close(probe) }
    guard address.connect(probe) != 0 && errno == ECONNREFUSED else {
      throw .addressInUse(.unix(path: path))
    }
    guard unsafe unlink(path) == 0 else { throw .permissionDenied(.unix(path: path)) }
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status : nil
  }
}

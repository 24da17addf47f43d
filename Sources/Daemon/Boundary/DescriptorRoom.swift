private import Glibc
internal import SystemPackage

extension FileDescriptor {
  /// What a pipe takes whole or not at all (pipe(7)).
  static let pipeBytesMax = Int(PIPE_BUF)

  /// Whether so few bytes can be written now without waiting for whoever reads: poll(2) tells of a pipe or socket whether
  /// it has room for at least `pipeBytesMax`, and of a file that it always has.
  func takesAtOnce(_ byteCount: Int) -> Bool {
    guard byteCount <= Self.pipeBytesMax else { return false }
    var state = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&state, 1, 0) == 1
  }
}

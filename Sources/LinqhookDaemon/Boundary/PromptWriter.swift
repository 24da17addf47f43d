private import Glibc
internal import SystemPackage

/// Writes to a descriptor with or without waiting for its reader.
///
/// O_NONBLOCK belongs to the open file, which standard error shares with other programs, so it is not set there: a pipe or
/// terminal is opened once more, a socket is told with each call, and a regular file has no reader to wait for. What
/// poll(2) says is not enough: of a terminal it tells that a byte can be written, and of a pipe it may not be true any more.
struct PromptWriter: Sendable {
  private enum Way {
    case plainly(Int32)
    case socket
    /// A pipe of another user's, for example, cannot be opened again.
    case never
  }

  private static let pauseMicroseconds: UInt32 = 200_000
  private let descriptor: Int32
  private let way: Way

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor.rawValue
    way = Self.way(to: descriptor.rawValue)
  }

  private static func way(to descriptor: Int32) -> Way {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return .never }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .plainly(descriptor)
    case S_IFSOCK: return .socket
    default:
      let again = unsafe open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      return again >= 0 ? .plainly(again) : .never
    }
  }

  /// Writes what is taken at once.
  /// - Returns: how many bytes that were, or nil when they can never be written.
  func writeAtOnce(_ bytes: [UInt8]) -> Int? {
    let count =
      switch way {
      case .plainly(let descriptor): unsafe Glibc.write(descriptor, bytes, bytes.count)
      case .socket: unsafe send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
      case .never: 0
      }
    guard count < 0 else { return count }
    return errno == EAGAIN || errno == EINTR || Self.isFull(errno) ? 0 : nil
  }

  private static func isFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }

  /// Writes everything, however long that takes, also for room on a disk.
  /// - Returns: whether it could.
  func writeAll(_ bytes: [UInt8]) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes[written...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        // Another program has made the file that we share one that does not wait.
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&state, 1, -1)
      } else if Self.isFull(errno) {
        // Nothing tells when there is room again.
        usleep(Self.pauseMicroseconds)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}

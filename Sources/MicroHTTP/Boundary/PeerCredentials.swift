import Glibc

/// Which users' processes a unix socket is for. Its mode says the same to most; this also holds where the mode was
/// changed, the file system ignores it, or somebody hands his connection on.
public enum UnixPeers: Sendable {
  /// Every process that may open the socket.
  case anyone
  /// The user of this process, and root.
  case ownUserAndRoot

  /// The user at the other end of a connection that may not use it; nil where all is well.
  func refusedUser(of socket: AcceptedSocket) -> UInt32? {
    guard self == .ownUserAndRoot, socket.remoteAddress == .unix else { return nil }
    // A connection of which nothing can be said is nobody's.
    guard let user = Self.user(of: socket.descriptor) else { return .max }
    return user == 0 || user == geteuid() ? nil : user
  }

  /// The user who called connect(2), as the kernel wrote it down then (unix(7), SO_PEERCRED).
  private static func user(of descriptor: Int32) -> UInt32? {
    // struct ucred: process, user, group.
    var parts: [UInt32] = [0, 0, 0]
    var count = socklen_t(MemoryLayout<UInt32>.stride * parts.count)
    let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &parts, &count)
    return result == 0 && count == socklen_t(MemoryLayout<UInt32>.stride * parts.count) ? parts[1] : nil
  }
}

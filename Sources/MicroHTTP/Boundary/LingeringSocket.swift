private import CMicroHTTPD
import Glibc
import Pacing

/// The socket of a connection that was answered before its request was over, and that nobody else holds any more.
///
/// A socket that is closed with unread bytes, or gets some afterwards, answers with a reset; and a reset can take the
/// answer away from a client that still sends and has not read it (RFC 9112, section 9.6). So a second descriptor
/// keeps the socket while what the client still sends is dropped, until it closes, or has cost enough.
@safe final class LingeringSocket {
  /// What is read in one turn: other connections wait.
  private static let maxBytesPerTurn = 256 << 10
  private static let pieceBytes = 16 << 10

  let descriptor: Int32
  let remoteAddress: RemoteAddress
  var deadline: MonotonicTime
  private var bytesLeft: Int

  /// Nil when there is no descriptor to be had: then the socket closes at once.
  init?(of connection: Connection, deadline: MonotonicTime, maxBytes: Int) {
    descriptor = fcntl(connection.descriptor, F_DUPFD_CLOEXEC, 0)
    remoteAddress = connection.remoteAddress
    self.deadline = deadline
    bytesLeft = maxBytes
    guard descriptor >= 0 else { return nil }
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Takes the socket of a visitor, which nobody else will close.
  init(of visitor: Visitor, deadline: MonotonicTime, maxBytes: Int) {
    descriptor = visitor.descriptor
    remoteAddress = visitor.remoteAddress
    self.deadline = deadline
    bytesLeft = maxBytes
    shutdown(descriptor, Int32(SHUT_WR))
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Drops what has arrived; false when nothing more will, or may, come.
  func discard() -> Bool {
    var bytesOfTurn = 0
    while bytesLeft > 0 && bytesOfTurn < Self.maxBytesPerTurn {
      let count = discardPiece(from: descriptor, maxBytes: Self.pieceBytes)
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      if count == 0 { return false }
      bytesLeft -= count
      bytesOfTurn += count
    }
    return bytesLeft > 0
  }
}

/// Reads from a socket without waiting, and keeps nothing; what recv(2) gives.
func discardPiece(from descriptor: Int32, maxBytes: Int) -> Int {
  unsafe withUnsafeTemporaryAllocation(byteCount: maxBytes, alignment: 1) { buffer in
    unsafe recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
  }
}

private import CMicroHTTPD
import Glibc
import Pacing

/// A client whose first line is not here yet. libmicrohttpd does not know it: it costs a socket and these few bytes.
@safe final class Visitor {
  private(set) var socket: AcceptedSocket
  /// The place in the loop's table.
  let slot: Int
  let openedAt: MonotonicTime
  /// When it must have sent its first line.
  var deadline: MonotonicTime
  /// Whether it is told of again when more comes.
  var isWatchedOn = false
  /// Whether a header of the PROXY protocol has been read.
  private(set) var isAnnounced = false

  init(_ socket: AcceptedSocket, slot: Int, openedAt: MonotonicTime, deadline: MonotonicTime) {
    self.socket = socket
    self.slot = slot
    self.openedAt = openedAt
    self.deadline = deadline
  }

  var descriptor: Int32 { socket.descriptor }
  var remoteAddress: RemoteAddress { socket.remoteAddress }

  /// Copies what has come without taking it: how many bytes; 0 when the client has gone, -1 when nothing is here.
  func peek(into buffer: inout [UInt8]) -> Int {
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe recv(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_PEEK | MSG_DONTWAIT))
    }
    return count < 0 && errno != EAGAIN && errno != EINTR ? 0 : count
  }

  /// Whether the client sends nothing more, whatever is still to be read.
  var hasFinished: Bool { CMicroHTTPDHasHungUp(descriptor) != 0 }

  /// Reads and drops a header of the PROXY protocol that `peek` has shown; false when it cannot be read.
  func takeProxyHeader(byteCount: Int) -> Bool {
    isAnnounced = true
    return discardPiece(from: descriptor, maxBytes: byteCount) == byteCount
  }

  /// From now on the connection is this client's.
  func becomes(_ client: RemoteAddress) { socket.remoteAddress = client }

  /// Says a last word; what has come is dropped, so that the end does not turn into a reset that takes it away.
  func say(_ bytes: [UInt8]) {
    for _ in 0..<64 where discardPiece(from: descriptor, maxBytes: 16 << 10) <= 0 { break }
    unsafe _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
  }
}

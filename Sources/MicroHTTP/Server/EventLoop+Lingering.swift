import Pacing

// Clients that were answered before they had sent all. Their connections are over; their sockets are not, see
// `LingeringSocket`. They keep their places in the ledger, so that they cost no more than others.
extension EventLoop {
  /// As much as a body four times the usual limit.
  private static let maxLingerBytes = 4 << 20
  private static let maxLingerSeconds = 5.0

  /// Takes a connection's socket over; false when there is no reason to, or no way.
  func linger(_ connection: Connection) -> Bool {
    guard connection.leavesBytesUnread, !connection.peerHasFinished else { return false }
    return linger(LingeringSocket(of: connection, deadline: lingerDeadline, maxBytes: Self.maxLingerBytes))
  }

  /// Takes the socket of a visitor over who got no more than a last word; false when there is no way.
  func linger(_ visitor: Visitor) -> Bool {
    linger(LingeringSocket(of: visitor, deadline: lingerDeadline, maxBytes: Self.maxLingerBytes))
  }

  private func linger(_ socket: LingeringSocket?) -> Bool {
    guard let socket, watch(socket) else { return false }
    lingering[socket.descriptor] = socket
    return true
  }

  private var lingerDeadline: MonotonicTime {
    let seconds = isDraining ? Self.graceSeconds : Self.maxLingerSeconds
    return now.advanced(bySeconds: min(seconds, limits.requestTimeoutSeconds))
  }

  /// Something has arrived that nobody waits for.
  func discard(from descriptor: Int32) {
    guard let socket = lingering[descriptor], !socket.discard() else { return }
    end(socket)
  }

  /// Ends those whose time is over.
  func endLingering() {
    for socket in Array(lingering.values) where socket.deadline <= now { end(socket) }
  }

  /// The server ends, sooner or later: nobody lingers long.
  func shortenLingering() {
    for socket in lingering.values { socket.deadline = min(socket.deadline, graceDeadline) }
  }

  func end(_ socket: LingeringSocket) {
    unwatch(socket.descriptor)
    lingering[socket.descriptor] = nil
    forget(socket.remoteAddress)
  }
}

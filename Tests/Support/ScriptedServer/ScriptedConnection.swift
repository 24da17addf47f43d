import Glibc

/// One accepted connection of a `ScriptedServer`, used by its script on one thread.
public final class ScriptedConnection {
  /// 1 for the first connection of the server.
  public let number: Int
  private let descriptor: Int32
  private var unread: [UInt8] = []

  init(descriptor: Int32, number: Int) {
    self.descriptor = descriptor
    self.number = number
  }

  /// Waits for a whole request; nil when the client has closed.
  public func readRequest() -> ReceivedRequest? {
    while true {
      if let (request, length) = ReceivedRequest.parse(unread) {
        unread.removeFirst(length)
        return request
      }
      guard readMore() else { return nil }
    }
  }

  /// Says these bytes; false when the client is gone.
  @discardableResult
  public func write(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest.removeFirst(count)
    }
    return true
  }

  /// Waits for the first bytes, or the end.
  public func readSome() { _ = readMore() }

  /// Waits until the client closes, whatever it still says.
  public func waitForEnd() {
    while readMore() {}
  }

  private func readMore() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
    }
    guard count > 0 else { return false }
    unread += buffer.prefix(count)
    return true
  }
}

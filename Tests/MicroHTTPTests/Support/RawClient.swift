import Glibc

@testable import MicroHTTP

/// An answer as it came over the wire.
struct RawResponse: Equatable {
  var status: Int
  var headers: [HTTPHeaderField]
  var body: String

  func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// What went wrong on the client's side.
struct ClientError: Error, CustomStringConvertible {
  var description: String
}

/// A client that sends exactly the bytes it is told to, and reads answers. Blocking, with a limit of ten seconds
/// for each wait.
final class RawClient {
  private let descriptor: Int32
  private var received: [UInt8] = []
  /// Whether the other end broke the connection off.
  private(set) var wasReset = false

  init(_ address: ListenAddress) throws {
    let targets: [SocketAddress]
    switch address {
    case .tcp(let host, let port): targets = try SocketAddress.resolve(host: host, port: port)
    case .unix(let path): targets = [SocketAddress(unixPath: path)].compactMap(\.self)
    case .descriptor: throw ClientError(description: "a descriptor is no address to connect to")
    }
    guard let target = targets.first else { throw ClientError(description: "no address") }
    descriptor = socket(target.family, 1, 0)
    // All properties are set: deinit closes the descriptor also when this throws.
    guard target.connect(descriptor) == 0 else {
      throw ClientError(description: "connect: \(systemErrorText(errno))")
    }
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Sends all of it; false when the other end no longer takes anything.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes { rest in
        unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// Each `send` leaves at once, as a packet of its own.
  func sendsSmallPieces() {
    var yes: Int32 = 1
    unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Keeps next to nothing itself of what it sends: who does not read holds it up.
  func hasSmallSendBuffer() {
    var count: Int32 = 4096
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &count, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Says that nothing more will come.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Breaks the connection off: the other end sees a reset.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    // The descriptor stays open, as a socket that is not connected, until deinit closes it.
    disconnect(descriptor)
  }

  /// Reads the next answer; interim answers (100) are returned like others, without a body.
  func answer(hasBody: Bool = true) throws -> RawResponse {
    while true {
      if let end = headEnd() {
        let head = String(decoding: received[..<end], as: UTF8.self)
        received.removeFirst(end + 4)
        return try answer(head: head, hasBody: hasBody)
      }
      guard try readMore() else { throw ClientError(description: "closed before an answer") }
    }
  }

  /// Whether the connection ends with nothing more on it.
  func isClosedByServer() throws -> Bool {
    guard received.isEmpty else { return false }
    return try !readMore()
  }

  /// Everything until the connection ends.
  func readToEnd() throws -> String {
    while try readMore() {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  private func answer(head: String, hasBody: Bool) throws -> RawResponse {
    let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
    let words = lines[0].split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]) else {
      throw ClientError(description: "not a status line: \(lines[0])")
    }
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return HTTPHeaderField(
        String(parts[0]),
        parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
      )
    }
    var answer = RawResponse(status: status, headers: headers, body: "")
    guard hasBody, status >= 200 else { return answer }
    let count = answer.header("Content-Length").flatMap { Int($0) } ?? 0
    while received.count < count {
      guard try readMore() else { throw ClientError(description: "closed inside a body") }
    }
    answer.body = String(decoding: received[..<count], as: UTF8.self)
    received.removeFirst(count)
    return answer
  }

  private func headEnd() -> Int? {
    guard received.count >= 4 else { return nil }
    return (0...(received.count - 4)).first { received[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
  }

  /// False at the end of the connection.
  private func readMore() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16384)
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 {
      received += buffer[..<count]
      return true
    }
    let code = errno
    wasReset = count < 0 && code == ECONNRESET
    if count < 0 && code != ECONNRESET { throw ClientError(description: "recv: \(systemErrorText(code))") }
    return false
  }
}

/// The bytes of a POST.
func post(_ path: String = "/hook", body: String = "", headers: [String] = []) -> String {
  let lines =
    ["POST \(path) HTTP/1.1", "Host: test", "Content-Length: \(body.utf8.count)"] + headers + ["", body]
  return lines.joined(separator: "\r\n")
}

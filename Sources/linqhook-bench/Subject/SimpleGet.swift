import Pacing
import Supervision

/// A GET request outside the measurement.
enum SimpleGet {
  static func body(port: UInt16, path: String) throws -> String {
    let socket = try LoadSocket(port: port)
    defer { socket.close() }
    _ = socket.send(
      Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8),
      from: 0
    )
    let ready = try ReadySet()
    try ready.watch(socket, tag: 0)
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var tags: [Int] = []
    let deadline = MonotonicTime.now().nanoseconds + 5_000_000_000
    while MonotonicTime.now().nanoseconds < deadline {
      switch socket.receive(into: &buffer) {
      case .bytes(let count): answer += buffer[..<count]
      case .wouldBlock: ready.wait(nanoseconds: 100_000_000, into: &tags)
      case .closed: return String(decoding: answer, as: UTF8.self)
      }
    }
    throw BenchError.subject("Port \(port) did not answer \(path) in 5 seconds.")
  }
}

/// One keep-alive connection with at most one request on it.
final class LoadConnection {
  let socket: LoadSocket
  /// When the current request was due; nil while there is none.
  private(set) var dueAt: Int64?
  private var unsent: [UInt8] = []
  private var sentCount = 0
  private var answer: [UInt8] = []

  init(_ socket: LoadSocket) { self.socket = socket }

  /// Sends a request. False when the server has closed the connection.
  func begin(_ request: [UInt8], dueAt: Int64) -> Bool {
    self.dueAt = dueAt
    sentCount = 0
    switch socket.send(request, from: 0) {
    case .bytes(request.count): return true
    case .bytes(let count):
      sentCount = count
      unsent = request
      return true
    case .wouldBlock:
      unsent = request
      return true
    case .closed: return false
    }
  }

  /// Sends and reads as far as possible; the status of a complete answer, 0 when the server has closed.
  func proceed(_ buffer: inout [UInt8]) -> Int? {
    while !unsent.isEmpty {
      guard case .bytes(let count) = socket.send(unsent, from: sentCount), count > 0 else { break }
      sentCount += count
      if sentCount == unsent.count { unsent = [] }
    }
    while true {
      switch socket.receive(into: &buffer) {
      case .wouldBlock: return nil
      case .closed: return 0
      case .bytes(let count):
        answer.append(contentsOf: buffer[..<count])
        guard let status = ResponseText.status(ofWhole: answer) else { continue }
        answer.removeAll(keepingCapacity: true)
        dueAt = nil
        return status
      }
    }
  }
}

/// Reads the parts of an answer that a load generator needs.
enum ResponseText {
  /// The status, once head and body are complete.
  static func status(ofWhole bytes: [UInt8]) -> Int? {
    guard let bodyAt = bodyStart(bytes), bytes.count >= bodyAt + contentLength(bytes, headEnd: bodyAt) else {
      return nil
    }
    return (9..<12).reduce(0) { $0 * 10 + Int(bytes[$1] & 15) }
  }

  private static func bodyStart(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 16 else { return nil }
    for index in 12...(bytes.count - 4)
    where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13 && bytes[index + 3] == 10 {
      return index + 4
    }
    return nil
  }

  private static let name = Array("content-length:".utf8)

  private static func contentLength(_ bytes: [UInt8], headEnd: Int) -> Int {
    for start in 12..<max(12, headEnd - name.count) where bytes[start - 1] == 10 {
      guard name.indices.allSatisfy({ bytes[start + $0] | 0x20 == name[$0] | 0x20 }) else { continue }
      let digits = bytes[(start + name.count)..<headEnd].drop { $0 == 32 }.prefix { (48...57).contains($0) }
      return digits.reduce(0) { $0 * 10 + Int($1 & 15) }
    }
    return 0
  }
}

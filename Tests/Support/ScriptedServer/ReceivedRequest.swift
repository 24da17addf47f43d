/// A request as a `ScriptedServer` got it.
public struct ReceivedRequest: Sendable {
  /// For example `POST /path HTTP/1.1`.
  public let requestLine: String
  /// The header lines in their order.
  public let headers: [(name: String, value: String)]
  /// The body's bytes.
  public let body: [UInt8]

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  /// All values of a header, by its name in any case.
  public func values(_ name: String) -> [String] {
    headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  /// The request at the beginning of the bytes with its length; nil while it is not whole.
  static func parse(_ bytes: [UInt8]) -> (ReceivedRequest, length: Int)? {
    guard let end = headEnd(bytes) else { return nil }
    var lines = String(decoding: bytes.prefix(end), as: UTF8.self).components(separatedBy: "\r\n")
    let requestLine = lines.removeFirst()
    let headers = lines.filter { !$0.isEmpty }.map { line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
      return (name: String(parts[0]), value: String(value))
    }
    let lengths = headers.filter { $0.name.lowercased() == "content-length" }.compactMap { Int($0.value) }
    let bodyLength = lengths.first ?? 0
    guard bytes.count >= end + bodyLength else { return nil }
    let body = Array(bytes[end..<end + bodyLength])
    return (ReceivedRequest(requestLine: requestLine, headers: headers, body: body), end + bodyLength)
  }

  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    let mark = Array("\r\n\r\n".utf8)
    return (0...bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual(mark) }.map { $0 + 4 }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}

import LinqEvents

/// A call as it went over the wire.
public struct DescribedRequest: Sendable {
  /// `GET`, `POST` and so on.
  public var method: String
  /// Path and query, as in the request line.
  public var target: String
  /// The header lines.
  public var headers: [(name: String, value: String)]
  /// The body's bytes.
  public var body: [UInt8]

  /// A call of these parts.
  public init(method: String, target: String, headers: [(name: String, value: String)], body: [UInt8]) {
    (self.method, self.target, self.headers, self.body) = (method, target, headers, body)
  }
}

/// An answer as it went over the wire.
public struct DescribedAnswer: Sendable {
  /// The status.
  public var status: Int
  /// The header lines.
  public var headers: [(name: String, value: String)]
  /// The body's bytes.
  public var body: [UInt8]

  /// An answer of these parts.
  public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }
}

/// Path and query of a request, taken apart.
struct RequestTarget {
  let segments: [String]
  let query: [(name: String, value: String)]

  init(_ target: String) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    segments = parts[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
    query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (Self.decoded(sides[0]), sides.count > 1 ? Self.decoded(sides[1]) : "")
    }
  }

  /// A plus sign is read as a blank, as servers do it with a query.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let decoded = UInt8(digits, radix: 16) {
        bytes.append(decoded)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension [(name: String, value: String)] {
  /// All values of a header, by its name in any case.
  func values(_ name: String) -> [String] {
    filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  /// Whether the body is said to be JSON.
  var areJSON: Bool {
    let types = values("Content-Type")
    return types.count == 1 && types[0].split(separator: ";").first == "application/json"
  }
}

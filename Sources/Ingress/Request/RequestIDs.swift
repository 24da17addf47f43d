import MicroHTTP

/// Names requests, so that a line in a proxy's log, an answer and a line in our log can be put together: by the
/// sender's own `X-Request-Id` where it is sane, else by one made here. One for each shard.
struct RequestIDs {
  static let headerName = "X-Request-Id"
  private static let bytesMax = 128

  /// Tells this process and shard from others, now and before a restart.
  private let prefix: String
  private var made: UInt64 = 0

  init(shard: Int) {
    prefix = String(UInt32.random(in: .min ... .max), radix: 36) + String(shard, radix: 36) + "-"
  }

  /// The name of a request.
  mutating func id(of request: borrowing HTTPRequest) -> String {
    if let sent = request.header(Self.headerName), Self.isSane(sent) { return sent }
    made += 1
    return prefix + String(made, radix: 36)
  }

  /// Visible ASCII of the kinds that ids are made of: nothing that could end a header or a log line, or be taken
  /// for several fields of one.
  static func isSane(_ id: String) -> Bool {
    (1...bytesMax).contains(id.utf8.count)
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
          UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "@"):
          true
        default: false
        }
      }
  }
}

extension HTTPResponse {
  /// The same answer to one request, with its name.
  func to(_ requestID: String) -> HTTPResponse {
    adding([HTTPHeaderField(RequestIDs.headerName, requestID)])
  }
}

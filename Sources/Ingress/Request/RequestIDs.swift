import MicroHTTP

/// Names requests, so that a line in a proxy's log, an answer and a line in our log can be put together: by the
/// sender's own `X-Request-Id` where it is sane, else by one made here. One for each loop.
struct RequestIDs {
  static let headerName = "X-Request-Id"
  private static let maxBytes = 128

  private let key = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
  private var made: UInt64 = 0

  /// The name of a request.
  mutating func id(of request: borrowing HTTPRequest) -> String {
    if let sent = request.header(Self.headerName), Self.isSane(sent) { return sent }
    made += 1
    // By a keyed hash (SipHash) of their number: a number as it is would tell strangers how many requests there are, and
    // a random one would cost a system call.
    var hasher = Hasher()
    hasher.combine(key.0)
    hasher.combine(key.1)
    hasher.combine(made)
    // Thirteen characters at most, which a String holds without memory of its own.
    return String(UInt(bitPattern: hasher.finalize()), radix: 36)
  }

  /// Visible ASCII of the kinds that ids are made of: nothing that could end a header or a log line, or be taken
  /// for several fields of one.
  static func isSane(_ id: String) -> Bool {
    (1...maxBytes).contains(id.utf8.count)
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

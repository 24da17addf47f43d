import Testing

@testable import MicroHTTP

/// One request that a careful server does not take.
struct FramingVector: Sendable, CustomTestStringConvertible {
  var name: String
  var bytes: String
  /// What answers it; nil when it may as well be closed without an answer.
  var status: Int? = 400

  var testDescription: String { name }

  /// A POST with these fields after `Host` and this body.
  static func post(_ name: String, _ fields: String, _ body: String = "hello", status: Int? = 400) -> Self {
    FramingVector(
      name: name,
      bytes: "POST /bad HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n\(body)",
      status: status
    )
  }

  /// A chunked POST with this body.
  static func chunks(_ name: String, _ body: String, status: Int? = 400) -> Self {
    post(name, "Transfer-Encoding: chunked", body, status: status)
  }

  static let lengths: [FramingVector] = [
    .post("two lengths, 5 and 0", "Content-Length: 5\r\nContent-Length: 0"),
    .post("two lengths, 0 and 5", "Content-Length: 0\r\nContent-Length: 5"),
    .post("the same length twice", "Content-Length: 5\r\nContent-Length: 5"),
    .post("two lengths in two cases", "Content-Length: 5\r\ncontent-length: 6"),
    .post("length with a plus", "Content-Length: +5"),
    .post("length with a minus", "Content-Length: -5"),
    .post("length in hexadecimal", "Content-Length: 0x5"),
    .post("list of lengths", "Content-Length: 5,5"),
    .post("list of lengths with a blank", "Content-Length: 5, 5"),
    .post("empty length", "Content-Length:"),
    .post("blank length", "Content-Length: "),
    .post("length with a blank inside", "Content-Length: 5 0"),
    .post("length with a blank behind", "Content-Length: 5 "),
    .post("length with a tab behind", "Content-Length: 5\t"),
    .post("length with letters", "Content-Length: 5a"),
    .post("length with a point", "Content-Length: 5.0"),
    .post("length in quotes", "Content-Length: \"5\""),
    .post("length of 2^63", "Content-Length: 9223372036854775808", status: 413),
    .post("length of 2^64 - 1", "Content-Length: 18446744073709551615", status: 413),
    .post("length of 2^64", "Content-Length: 18446744073709551616", status: 413),
    .post("length of 2^64 + 5", "Content-Length: 18446744073709551621", status: 413),
    .post("blank before the colon", "Content-Length : 5"),
    .post("tab before the colon", "Content-Length\t: 5"),
    .post("blank before the name of the second field", "X: y\r\n Content-Length: 5"),
    .post("underscore beside the real one", "Content-Length: 5\r\nContent-Length : 0"),
  ]

  static let codings: [FramingVector] = [
    .post("length, then chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post("chunked, then length", "Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"),
    .post("gzip, chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
    .post("chunked, gzip", "Transfer-Encoding: chunked, gzip", "0\r\n\r\n"),
    .post("chunked, chunked", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
    .post("xchunked", "Transfer-Encoding: xchunked", "0\r\n\r\n"),
    .post("identity", "Transfer-Encoding: identity"),
    .post("chunked with a blank behind", "Transfer-Encoding: chunked ", "0\r\n\r\n"),
    .post("chunked with a tab behind", "Transfer-Encoding: chunked\t", "0\r\n\r\n"),
    .post("chunked with a vertical tab", "Transfer-Encoding: \u{b}chunked", "0\r\n\r\n"),
    .post("chunked in quotes", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
    .post("chunked with a parameter", "Transfer-Encoding: chunked;q=1", "0\r\n\r\n"),
    .post("empty coding", "Transfer-Encoding:"),
    .post("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n"),
    .post("two equal codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post("blank before the colon of the coding", "Transfer-Encoding : chunked", "0\r\n\r\n"),
    FramingVector(
      name: "coding in HTTP/1.0",
      bytes: "POST /bad HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    .chunks("chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
    .chunks("chunk size with a blank before", " 5\r\nhello\r\n0\r\n\r\n"),
    .chunks("chunk size with a blank behind", "5 \r\nhello\r\n0\r\n\r\n"),
    .chunks("negative chunk size", "-1\r\nhello\r\n0\r\n\r\n"),
    .chunks("chunk size with a plus", "+5\r\nhello\r\n0\r\n\r\n"),
    .chunks("empty chunk size", "\r\nhello\r\n0\r\n\r\n"),
    .chunks("chunk size that is no number", "zz\r\nhello\r\n0\r\n\r\n"),
    .chunks("chunk size over 2^64", "10000000000000005\r\nhello\r\n0\r\n\r\n", status: 413),
    .chunks("chunk longer than its size", "3\r\nhello\r\n0\r\n\r\n"),
  ]

  static let fields: [FramingVector] = [
    .post("folded line", "Content-Length: 5\r\n X: y"),
    .post("fold that makes a length", "Content: 5\r\n -Length\r\nX: y"),
    .post("line folded by a tab", "X: y\r\n\tz\r\nContent-Length: 5"),
    .post("folded last line", "Content-Length: 5\r\nX: y\r\n z"),
    .post("NUL in a value", "Content-Length: 5\r\nX: a\0b"),
    .post("NUL after the length", "Content-Length: 5\u{0}0"),
    .post("NUL in a name", "Content-Length: 5\r\nX\0Y: a"),
    .post("bare line feed after a field", "Content-Length: 5\nX: y"),
    .post("bare line feed in the last line", "Content-Length: 5\r\nX: y\n"),
    .post("bare carriage return in a value", "Content-Length: 5\r\nX: a\rb"),
    .post("bare carriage return before a length", "X: a\rContent-Length: 5"),
    .post("control byte in a value", "Content-Length: 5\r\nX: a\u{1}b"),
    .post("delete in a value", "Content-Length: 5\r\nX: a\u{7f}b"),
    .post("control byte in a name", "Content-Length: 5\r\nX\u{1}: a"),
    .post("empty name", ": value\r\nContent-Length: 5"),
    .post("line without a colon", "Content-Length: 5\r\nnonsense"),
    .post("name with brackets", "Content-Length: 5\r\nX(y): z"),
    .post("name outside ASCII", "Content-Length: 5\r\nX-\u{e9}: z"),
    .post("two hosts", "Host: other\r\nContent-Length: 5"),
    FramingVector(
      name: "bare line feeds everywhere",
      bytes: "POST /bad HTTP/1.1\nHost: h\nContent-Length: 5\n\nhello"
    ),
    FramingVector(
      name: "bare line feed at the end of the head",
      bytes: "POST /bad HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\nhello"
    ),
    FramingVector(name: "no host", bytes: "POST /bad HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"),
    FramingVector(name: "no field at all", bytes: "GET /bad HTTP/1.1\r\n\r\n"),
  ]

  static let requestLines: [FramingVector] = [
    ("bare line feed", "GET /bad HTTP/1.1\nHost: h\r\n\r\n", 400),
    ("blank in the target", "GET /bad bad HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("two blanks before the target", "GET  /bad HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("two blanks behind the target", "GET /bad  HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("tab instead of a blank", "GET\t/bad HTTP/1.1\r\nHost: h\r\n\r\n", nil),
    ("blank behind the version", "GET /bad HTTP/1.1 \r\nHost: h\r\n\r\n", nil),
    ("NUL in the target", "GET /bad\0x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("NUL in the query", "GET /bad?a\0x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("control byte in the target", "GET /bad\u{1} HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("byte outside ASCII in the target", "GET /b\u{e4}d HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("carriage return in the target", "GET /bad\rX HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("method that is no token", "G(T /bad HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("no method", " /bad HTTP/1.1\r\nHost: h\r\n\r\n", nil),
    ("no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n", nil),
    ("no version", "GET /bad\r\nHost: h\r\n\r\n", nil),
    ("HTTP/1.2", "GET /bad HTTP/1.2\r\nHost: h\r\n\r\n", 400),
    ("HTTP/2.0", "GET /bad HTTP/2.0\r\nHost: h\r\n\r\n", nil),
    ("HTTP/0.9", "GET /bad HTTP/0.9\r\nHost: h\r\n\r\n", nil),
    ("version in small letters", "GET /bad http/1.1\r\nHost: h\r\n\r\n", nil),
    ("version with leading zero", "GET /bad HTTP/01.1\r\nHost: h\r\n\r\n", nil),
    ("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", nil),
    ("a TLS hello", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\r\n\r\n", nil),
  ].map { FramingVector(name: $0.0, bytes: $0.1, status: $0.2) }

  static let all = lengths + codings + fields + requestLines
}

@Suite("Ambiguous framing")
struct FramingTests {
  @Test(arguments: FramingVector.all)
  func anAmbiguousRequestGetsOneRefusalAtMostAndTheConnectionCloses(vector: FramingVector) async throws {
    let service = TestService()
    var limits = HTTPLimits()
    limits.requestTimeoutSeconds = 9
    try await withServer(service, limits: limits, shards: 1) { server, address in
      let client = try RawClient(address)
      client.send(vector.bytes.latin1 + Array("GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
      let text = try client.readToEnd()
      let answers = text.components(of: "HTTP/1.")
      #expect(answers <= 1, "\(text)")
      if let status = vector.status { #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)") }
      if answers == 1 { #expect(text.contains("Connection: close"), "\(text)") }
      #expect(server.statistics.requestsTimedOut == 0)
    }
    #expect(service.seen.isEmpty)
  }

  @Test(arguments: [
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nhost:h\r\ncontent-LENGTH:5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\t 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 005\r\n\r\nhello",
    "\r\n\r\nPOST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0005\r\nhello\r\n0\r\n\r\n",
    "POST /?a=b&c&=d HTTP/1.1\r\nHost:\r\nX: \u{e4}\u{ff}\tz \r\nY:\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.0\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
  ])
  func soundRequestsPass(bytes: String) async throws {
    try await withServer(TestService(), shards: 1) { _, address in
      let client = try RawClient(address)
      client.send(bytes.latin1)
      let answer = try client.answer()
      #expect(answer.status == 200)
      #expect(answer.body.hasSuffix("hello"))
    }
  }

  @Test func aSoundRequestIsAnsweredBeforeTheBadOneBehindIt() async throws {
    try await withServer(TestService(), shards: 1) { _, address in
      let client = try RawClient(address)
      client.send(
        post("/good", body: "x") + "GET /bad HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n" + post("/third")
      )
      #expect(try client.answer().body == "POST /good - x")
      #expect(try client.answer().status == 400)
      #expect(try client.isClosedByServer())
    }
  }

  @Test func tokenBytesAreThoseOfTheStandard() {
    let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    for byte in UInt8.min...UInt8.max { #expect(byte.isTokenByte == token.contains(byte)) }
  }
}

extension String {
  /// Each character as one byte.
  fileprivate var latin1: [UInt8] { unicodeScalars.map { UInt8($0.value & 0xff) } }

  fileprivate func components(of mark: String) -> Int {
    var count = 0
    var rest = self[...]
    while let found = rest.firstRange(of: mark) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}

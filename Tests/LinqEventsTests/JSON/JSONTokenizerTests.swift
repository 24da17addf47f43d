import LinqEvents
import Testing

@Suite struct JSONTokenizerTests {
  @Test(arguments: [
    "{}", "[]", " { } ", "0", "-0", "-0.0e-0", "1E+2", "1.5e10", "true", "false", "null", "\"\"",
    "[1,2,[3,[4]],{\"a\":{}}]", "{\"\":0}", "{\"a\":1,\"a\":2}", "\t\r\n 1 \t\r\n",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uABCD\\uabcd\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\ud800\\n\"", "\"\\ud800\\ud800\\udc00\"", "\"é€😀\u{7F}\u{2028}\"", "123456789012345678901234567890",
    "[[],{},\"\",0,null]", "\"\u{10FFFF}\u{FFFF}\"",
  ])
  func validTextPasses(text: String) throws {
    try validate(Array(text.utf8))
  }

  @Test(arguments: [
    ("", JSONError.Reason.unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("{", .unexpectedEnd, 1),
    ("[", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3),
    ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5), ("{\"a\":1", .unexpectedEnd, 6),
    ("{\"a\":1,", .unexpectedEnd, 7), ("\"abc", .unexpectedEnd, 4), ("\"\\", .unexpectedEnd, 2),
    ("\"\\u12", .unexpectedEnd, 5), ("tru", .unexpectedEnd, 3),
    ("]", .expectedValue, 0), ("}", .expectedValue, 0), (",", .expectedValue, 0), ("[,1]", .expectedValue, 1),
    ("[1,]", .expectedValue, 3), ("{\"a\":}", .expectedValue, 5), ("nul]", .expectedValue, 0),
    ("True", .expectedValue, 0), ("NaN", .expectedValue, 0), ("'a'", .expectedValue, 0),
    ("+1", .expectedValue, 0),
    (".5", .expectedValue, 0), ("/**/1", .expectedValue, 0),
    ("{1:2}", .expectedName, 1), ("{\"a\":1,}", .expectedName, 7), ("{,}", .expectedName, 1),
    ("{a:1}", .expectedName, 1),
    ("{\"a\" 1}", .expectedColon, 5), ("{\"a\",1}", .expectedColon, 4),
    ("[1 2]", .expectedCommaOrEnd, 3), ("[1}", .expectedCommaOrEnd, 2), ("{\"a\":1]", .expectedCommaOrEnd, 6),
    ("{\"a\":1 \"b\":2}", .expectedCommaOrEnd, 7), ("[1:2]", .expectedCommaOrEnd, 2),
    ("{}{}", .trailingContent, 2), ("1 2", .trailingContent, 2), ("[]]", .trailingContent, 2),
    ("\"\"x", .trailingContent, 2),
    ("01", .invalidNumber, 0), ("-", .invalidNumber, 0), ("1.", .invalidNumber, 0),
    ("1.e1", .invalidNumber, 0),
    ("1e", .invalidNumber, 0), ("1e+", .invalidNumber, 0), ("-a", .invalidNumber, 0),
    ("[-01]", .invalidNumber, 1),
    ("\"\\x\"", .invalidEscape, 1), ("\"\\u12g4\"", .invalidEscape, 1), ("\"\\U0041\"", .invalidEscape, 1),
    ("\"\\ud800\\u00\"", .unexpectedEnd, 12), ("\"\\ud800\\uzzzz\"", .invalidEscape, 7),
    ("\"a\nb\"", .controlCharacter, 2), ("\"\0\"", .controlCharacter, 1),
    ("\"\u{1F}\"", .controlCharacter, 1),
    ("\u{FEFF}{}", .byteOrderMark, 0),
  ])
  func brokenTextIsRefusedWithItsPlace(text: String, reason: JSONError.Reason, offset: Int) {
    let error = #expect(throws: JSONError.self) { try validate(Array(text.utf8)) }
    #expect(error?.reason == reason && error?.offset == offset)
  }

  @Test(
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
      [0xE0, 0x9F, 0xBF],
      [0xE2, 0x82], [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
      [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x41],
    ] as [[UInt8]]
  )
  func bytesThatAreNotUTF8AreRefused(bytes: [UInt8]) {
    let error = #expect(throws: JSONError.self) { try validate([0x22] + bytes + [0x22]) }
    #expect(error == nil || error?.reason == .invalidUTF8 || error?.reason == .unexpectedEnd)
    #expect(throws: JSONError.self) { try validate(bytes) }
  }

  @Test func everyScalarPassesAsItselfAndReadsBack() throws {
    for value in stride(from: UInt32(0x20), through: 0x10FFFF, by: 61) {
      guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else { continue }
      let text = String(Character(scalar))
      #expect(try firstText(of: "\"\(text)\"") == text)
    }
  }

  @Test func escapesAreResolved() throws {
    #expect(try firstText(of: #""a\u0041\n\"\\\/\b\f\r\t\ud83d\ude00z""#) == "aA\n\"\\/\u{8}\u{C}\r\t😀z")
    #expect(try firstText(of: #""\ud800x""#) == "\u{FFFD}x")
  }

  @Test func loneSurrogatesAreMarked() throws {
    for text in [#""\ud800""#, #""\udfff""#, #""\ud800\ud800\udc00""#, #""a\udc00\ud800""#] {
      #expect(try first(of: text)?.hasLoneSurrogate == true, "\(text)")
    }
    #expect(try first(of: #""\ud83d\ude00""#)?.hasLoneSurrogate == false)
  }

  @Test func nestingIsAllowedToTheLimitAndNoFurther() throws {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      func nested(_ depth: Int) -> [UInt8] {
        Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
      }
      try validate(nested(JSONTokenizer.maxDepth))
      let error = #expect(throws: JSONError.self) { try validate(nested(JSONTokenizer.maxDepth + 1)) }
      #expect(error?.reason == .tooDeep)
    }
    let error = #expect(throws: JSONError.self) { try validate([UInt8](repeating: 0x5B, count: 100_000)) }
    #expect(error?.reason == .tooDeep)
  }

  @Test func tokensCoverTheTextInOrder() throws {
    let text = #"{"a":[1,true,null,"x"],"b":{"c":-2.5}}"#
    let bytes = Array(text.utf8)
    var tokenizer = JSONTokenizer()
    var pieces: [String] = []
    while let token = try tokenizer.next(in: bytes.span) {
      pieces.append("\(tokenizer.depth)" + String(decoding: bytes[token.range], as: UTF8.self))
    }
    #expect(
      pieces == [
        "1{", "1\"a\"", "2[", "21", "2true", "2null", "2\"x\"", "1]", "1\"b\"", "2{", "2\"c\"", "2-2.5", "1}",
        "0}",
      ]
    )
  }

  @Test func everyPrefixOfAValidTextIsRefused() {
    let bytes = Array(Fixture.guideEvent.utf8)
    for count in 0..<bytes.count {
      #expect(throws: JSONError.self) { try validate(Array(bytes[..<count])) }
    }
  }

  @Test func anyBytesEndInAVerdict() {
    // Bytes that mean something to JSON, in every order of three, catch states that no example has.
    let alphabet = Array("{}[]:,\"\\u0-1.eEt\n \u{7F}".utf8) + [0xC3, 0xED, 0xFF]
    for first in alphabet {
      for second in alphabet {
        for third in alphabet { _ = try? validate([first, second, third]) }
      }
    }
  }

  private func validate(_ bytes: [UInt8]) throws(JSONError) {
    try JSONTokenizer.validate(bytes.span)
  }

  private func first(of text: String) throws -> JSONToken? {
    var tokenizer = JSONTokenizer()
    return try tokenizer.next(in: text.utf8.span)
  }

  private func firstText(of text: String) throws -> String? {
    try first(of: text)?.text(in: text.utf8.span)
  }
}

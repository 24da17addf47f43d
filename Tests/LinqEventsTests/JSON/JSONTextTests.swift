import LinqEvents
import Testing

@Suite struct JSONTextTests {
  @Test func quotingEscapesWhatBreaksLinesAndStrings() {
    #expect(
      JSONText.quoted("a\"\\\n\r\t\u{0}\u{1F}\u{7F}\u{2028}\u{2029}/é😀")
        == "\"a\\\"\\\\\\n\\r\\t\\u0000\\u001f\\u007f\\u2028\\u2029/é😀\""
    )
    #expect(JSONText.quoted("") == "\"\"")
  }

  /// A terminal shows JSON too: what it would obey, or what nobody sees, is an escape there; emoji are none.
  @Test func quotingEscapesWhatATerminalObeysOrHides() {
    #expect(
      JSONText.quoted("\u{9B}\u{202E}\u{200B}\u{FEFF}\u{E0041}👩🏽‍⚕️❤️שלום")
        == #""\u009b\u202e\u200b\ufeff\udb40\udc41👩🏽‍⚕️❤️שלום""#
    )
    #expect(JSONText.shown("{\"a\":\r\n\t\"\u{9B}é\"}") == "{\"a\": \n\t\"\\u009bé\"}")
  }

  @Test func whatIsQuotedReadsBack() throws {
    for value in Array(UInt32(0)...0x2FF) + Array(0x2000...0x20FF) + [0xFEFF, 0xFFF9, 0xE0041, 0x10FFFF] {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "x" + String(Character(scalar)) + "y"
      let quoted = Array(JSONText.quoted(text).utf8)
      #expect(try JSONValue(parsing: quoted.span) == .scalar(.string(text)))
    }
  }

  @Test func prettyEventBecomesOneLineOfTheSameValue() throws {
    let line = JSONText.compactLine(Array(Fixture.guideEvent.utf8))
    let text = String(decoding: line, as: UTF8.self)
    #expect(!text.contains("\n"))
    #expect(
      text.hasPrefix(#"{"api_version":"v2","created_at":"2025-10-22T10:31:00-06:00","data":{"id":"67891","#)
    )
    #expect(text.contains("Thanks! This is my reply."))
    let (before, after) = (Array(Fixture.guideEvent.utf8), line)
    #expect(try JSONValue(parsing: before.span) == JSONValue(parsing: after.span))
  }

  @Test(arguments: [
    (#"{"event_type":"x","data":{"a b":"c d"}}"#, true), (#"{"event_type":"x" }"#, false),
    (#" {"event_type":"x"}"#, false), ("{\"event_type\":\"x\"}\n", false),
    ("{\"event_type\":\r\n\"x\"}", false),
  ])
  func anEventIsCompactWhereALineOfItIsTheSameBytes(text: String, isCompact: Bool) throws {
    let bytes = Array(text.utf8)
    #expect(try EventEnvelope.read(bytes).isCompact == isCompact)
    #expect((JSONText.compactLine(bytes) == bytes) == isCompact)
  }

  @Test(arguments: [
    (#"{ "a" : [ 1.0 , -0e5, "x  y\" \\" , { } ] }"#, #"{"a":[1.0,-0e5,"x  y\" \\",{}]}"#),
    ("\t[\r\n1\r\n,\n2]\n", "[1,2]"), (#""\\" "#, #""\\""#), (#"{"a\\":1, "b":" "}"#, #"{"a\\":1,"b":" "}"#),
    ("1 ", "1"), ("", ""), (" ", ""),
  ])
  func whiteSpaceIsDroppedOutsideStringsOnly(text: String, expected: String) {
    #expect(String(decoding: JSONText.compactLine(Array(text.utf8)), as: UTF8.self) == expected)
  }

  @Test func compactBytesStayAsTheyAre() {
    for text in [#"{"a":[1,"b c",null]}"#, #""\n""#, "[]"] {
      #expect(JSONText.compactLine(Array(text.utf8)) == Array(text.utf8))
    }
  }

  @Test func noBytesWhateverGiveALineBreak() {
    let alphabet: [UInt8] = [0x0A, 0x0D, 0x22, 0x5C, 0x20, 0x61]
    for code in 0..<(6 * 6 * 6 * 6 * 6) {
      var (rest, bytes) = (code, [UInt8]())
      for _ in 0..<5 {
        bytes.append(alphabet[rest % 6])
        rest /= 6
      }
      let line = JSONText.compactLine(bytes)
      #expect(!line.contains(0x0A) && !line.contains(0x0D))
      #expect(JSONText.compactLine(line) == line)
    }
  }
}

import LinqEvents
import Testing

/// Vectors by RFC 8259. A family is one test; what fails is named.
@Suite struct JSONVectorTests {
  /// What the RFC allows. Where it leaves limits to us, see `JSONTokenizer`.
  private static let allowed: [(name: String, texts: [String])] = [
    (
      "numbers",
      [
        "0", "-0", "0.0", "-0.0", "0e0", "0E+0", "-0e-0", "1", "-1", "10", "1.5", "-1.50", "1e5", "1E5",
        "1e+5", "1e-5",
        "1.5e10", "1.0E+2", "123456789012345678901234567890", "-9223372036854775809", "18446744073709551616",
        "1e400", "-1e400", "1e-400", "1e99999999999999999999",
        "0.1000000000000000055511151231257827021181583404541",
        "1.7976931348623157e308", "5e-324", "20e1", "[-1,0,1e1,1.0]", "1\n", " -1 ",
      ]
    ),
    (
      "strings",
      [
        #""""#, #""a""#, #"" ""#, #""'""#, #""/""#, #""\/""#, #""\"""#, #""\\""#, #""\b\f\n\r\t""#,
        #""\u0000""#, #""\u001f""#,
        #""\u0041""#, #""\uabcd\uABCD\uAbCd""#, #""\ud83d\ude00""#, #""\uD83D\uDE00""#, #""\ud800""#,
        #""\udc00""#,
        #""\udc00\ud800""#, #""\ud800a""#, #""\ud800\n""#, #""\ud800\u0041""#, #""\uffff""#, #""\ufeff""#,
        #""\u2028\u2029""#,
        "\"\u{7f}\"", "\"\u{80}\"", "\"é\"", "\"€\"", "\"😀\"", "\"\u{2028}\u{2029}\"", "\"\u{feff}\"",
        "\"\u{ffff}\"",
        "\"\u{10ffff}\"", "\"\u{d7ff}\u{e000}\"", "\"\u{e000}\"", #""\\u0041""#, #""[{,:}]""#, #""//""#,
        #""\u0022""#, #""\\\"""#,
      ]
    ),
    (
      "arrays and objects",
      [
        "[]", "{}", "[ ]", "{ }", "[\n]", "[[]]", "[[],[]]", "[{}]", "[null]", "[1,\"a\",true,{}]",
        #"{"a":1}"#, #"{"":0}"#,
        #"{"a":{}}"#, #"{"a":[]}"#, #"{"a":1,"b":2}"#, #"{"a":1,"a":2}"#, #"{"a":1,"a":1}"#,
        #"{"a":1,"\u0061":2}"#,
        #"{"\u0000":1}"#, #"{"é":1}"#, #"{"a b":1}"#, #"{"a":"b"}"#, #"{"a":null}"#, "[ 1 , 2 ]",
        #" { "a" : 1 , "b" : 2 } "#,
        "[\t\r\n1\t\r\n,\t\r\n2\t\r\n]", #"{"__proto__":1}"#, "[[[[[[[[[[]]]]]]]]]]",
      ]
    ),
    ("literals", ["true", "false", "null", " true", "false ", "\nnull\n", "[true,false,null]"]),
  ]

  @Test func thereAreEnoughOfThem() {
    let refused = JSONRefusedVectors.families.reduce(0) { $0 + $1.texts.count }
    let allowed = Self.allowed.reduce(0) { $0 + $1.texts.count }
    #expect(refused + JSONRefusedVectors.invalidUTF8.count + JSONRefusedVectors.otherEncodings.count >= 250)
    #expect(allowed >= 100)
  }

  @Test func whatTheStandardForbidsIsRefused() {
    for (name, texts) in JSONRefusedVectors.families {
      for text in texts {
        expectRefused(Array(text.utf8), "\(name): \(text.debugDescription)")
        // Nor is it a part of anything.
        expectRefused(Array("[\(text)".utf8), "\(name), opened: \(text.debugDescription)", unlessClosed: text)
      }
    }
  }

  @Test func whatTheStandardAllowsPassesAndReadsAsAValue() {
    for (name, texts) in Self.allowed {
      for text in texts {
        for context in [text, "[\(text)]", "{\"x\":\(text)}", "[0,\(text)\n,1]"] {
          do {
            try JSONTokenizer.validate(context.utf8.span)
            _ = try JSONValue(parsing: context.utf8.span)
          } catch {
            Issue.record("\(name): \(context.debugDescription): \(error)")
          }
        }
      }
    }
  }

  @Test func bytesThatAreNotUTF8AreRefusedWhereverTheyStand() {
    for bytes in JSONRefusedVectors.invalidUTF8 {
      expectRefused([0x22] + bytes + [0x22], "in a string: \(bytes)")
      expectRefused([0x22, 0x61] + bytes + [0x62, 0x22], "inside a string: \(bytes)")
      expectRefused(Array(#"{""#.utf8) + bytes + Array(#"":1}"#.utf8), "in a name: \(bytes)")
      expectRefused([0x5b] + bytes + [0x5d], "outside of strings: \(bytes)")
      expectRefused([0x22] + bytes, "in a string without end: \(bytes)")
      expectRefused([0x22, 0x5c] + bytes + [0x22], "behind a backslash: \(bytes)")
    }
    for bytes in JSONRefusedVectors.otherEncodings { expectRefused(bytes, "a text of \(bytes)") }
  }

  @Test func eachByteAloneIsNoValueButADigit() {
    for byte in UInt8.min...UInt8.max where !(0x30...0x39).contains(byte) {
      expectRefused([byte], "the byte \(byte)")
    }
  }

  @Test func eachControlByteIsRefusedInsideAStringAndOnlyThere() {
    for byte in UInt8.min..<0x20 {
      expectRefused([0x22, byte, 0x22], "the byte \(byte)")
      let isWhitespace = [0x09, 0x0a, 0x0d].contains(byte)
      let passes = (try? JSONTokenizer.validate([byte, 0x31].span)) != nil
      #expect(passes == isWhitespace, "the byte \(byte)")
    }
  }

  private func expectRefused(_ bytes: [UInt8], _ name: String, unlessClosed text: String = "") {
    // "]" and "1]" end the bracket that was put before them.
    if !text.isEmpty, text.hasSuffix("]") { return }
    let isRefused = (try? JSONTokenizer.validate(bytes.span)) == nil
    #expect(isRefused, "passed: \(name)")
    if isRefused { #expect((try? JSONValue(parsing: bytes.span)) == nil, "read: \(name)") }
  }
}

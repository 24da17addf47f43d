/// Writing JSON without a tree.
public enum JSONText {
  /// `text` in quotes, as one JSON string.
  public static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends `text` in quotes to `bytes`.
  ///
  /// Escaped are what RFC 8259 demands (quote, backslash, control characters) and U+007F, U+2028 and
  /// U+2029: the first hides in terminals, the other two end a line for some readers.
  public static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
      case "\n": bytes += Array("\\n".utf8)
      case "\r": bytes += Array("\\r".utf8)
      case "\t": bytes += Array("\\t".utf8)
      case "\0"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
        bytes += Array("\\u".utf8)
        for shift in [12, 8, 4, 0] {
          bytes.append(Hexadecimal.digit(UInt8(truncatingIfNeeded: scalar.value >> shift) & 0xF))
        }
      default: bytes += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// An event's bytes as one line of NDJSON: white space outside strings is left out, all else stays byte
  /// for byte, so no value changes, not even the spelling of a number.
  ///
  /// For any bytes, JSON or not, the line has no raw line feed or carriage return; for JSON it is the same
  /// JSON; bytes that are compact already come back as they are, without a copy.
  public static func compactLine(_ payload: [UInt8]) -> [UInt8] {
    var compacted: [UInt8]?
    var isInString = false
    var isEscaped = false
    var keptStart = 0
    for (index, byte) in payload.enumerated() {
      let isDropped =
        isInString ? byte == 0x0A || byte == 0x0D : JSONTokenizer.isWhitespace(byte)
      if isDropped {
        compacted = compacted ?? []
        compacted?.append(contentsOf: payload[keptStart..<index])
        keptStart = index + 1
      }
      if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
      isEscaped = isInString && byte == UInt8(ascii: "\\") && !isEscaped
    }
    guard var compacted else { return payload }
    compacted.append(contentsOf: payload[keptStart...])
    return compacted
  }
}

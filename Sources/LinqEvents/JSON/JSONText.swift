internal import ShownText

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
  /// Escaped are what RFC 8259 demands (quote, backslash, control characters) and what ``Shown`` would not show to a
  /// person: JSON ends in logs and on terminals, and for a program an escape changes nothing.
  public static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    guard !isPlain(text) else {
      bytes.append(contentsOf: text.utf8)
      bytes.append(UInt8(ascii: "\""))
      return
    }
    var reader = ShownScalars()
    for scalar in text.unicodeScalars {
      let isShown = reader.shows(scalar)
      switch scalar {
      case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
      case "\n": bytes += Array("\\n".utf8)
      case "\r": bytes += Array("\\r".utf8)
      case "\t": bytes += Array("\\t".utf8)
      case _ where !isShown: bytes += Array(escape(scalar).utf8)
      default: bytes += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A text that is JSON with whatever must not reach a terminal written as an escape: the same values.
  public static func shown(_ json: String) -> String {
    Shown.escaping(json) { scalar in
      switch scalar {
      // Outside strings, where alone they may stand, these are blanks.
      case "\n", "\t": String(scalar)
      case "\r": " "
      default: escape(scalar)
      }
    }
  }

  /// `\u009b`, and two of them for what UTF-16 needs two units for.
  private static func escape(_ scalar: Unicode.Scalar) -> String {
    var text = ""
    for unit in scalar.utf16 {
      text += "\\u"
      for shift in [12, 8, 4, 0] {
        text.unicodeScalars.append(
          Unicode.Scalar(Hexadecimal.digit(UInt8(truncatingIfNeeded: unit >> shift) & 0xF))
        )
      }
    }
    return text
  }

  /// Whether it is visible ASCII without anything to escape, as nearly every id and type is.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
  }

  /// An event's bytes as one line of NDJSON: white space outside strings is left out, all else stays byte
  /// for byte, so no value changes, not even the spelling of a number.
  ///
  /// For any bytes, JSON or not, the line has no raw line feed or carriage return; for JSON it is the same
  /// JSON; bytes that are compact already come back as they are, without a copy.
  public static func compactLine(_ payload: [UInt8]) -> [UInt8] {
    guard let first = firstDropped(in: payload.span) else { return payload }
    var compacted: [UInt8] = []
    compacted.reserveCapacity(payload.count)
    var isInString = first.isInString
    var isEscaped = false
    compacted.append(contentsOf: payload[..<first.index])
    for byte in payload[first.index...] {
      if !isDropped(byte, isInString: isInString) { compacted.append(byte) }
      if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
      isEscaped = isInString && byte == UInt8(ascii: "\\") && !isEscaped
    }
    return compacted
  }

  /// Where the first byte stands that a line leaves out; nil when all of them stay, which is the rule.
  private static func firstDropped(in payload: Span<UInt8>) -> (index: Int, isInString: Bool)? {
    var isInString = false
    var index = 0
    while index < payload.count {
      let byte = payload[index]
      if isDropped(byte, isInString: isInString) { return (index, isInString) }
      if byte == UInt8(ascii: "\"") { isInString.toggle() }
      // What a backslash escapes ends no string; a raw line end behind one is left to the caller's next look.
      let escapes = isInString && byte == UInt8(ascii: "\\") && index + 1 < payload.count
      index += escapes && !isDropped(payload[index + 1], isInString: true) ? 2 : 1
    }
    return nil
  }

  private static func isDropped(_ byte: UInt8, isInString: Bool) -> Bool {
    isInString ? byte == 0x0A || byte == 0x0D : JSONTokenizer.isWhitespace(byte)
  }
}

// Strings of RFC 8259, section 7: where they end, and whether every byte of them is allowed.
extension JSONTokenizer {
  mutating func string(_ kind: JSONToken.Kind, in bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
    let start = offset
    var position = start + 1
    var hasEscapes = false
    var hasLoneSurrogate = false
    while true {
      position = PlainRun.end(from: position, in: bytes)
      guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        offset = position + 1
        return JSONToken(
          kind,
          start..<offset,
          hasEscapes: hasEscapes,
          hasLoneSurrogate: hasLoneSurrogate
        )
      }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        let escape = try JSONEscape(at: position, in: bytes)
        hasLoneSurrogate = hasLoneSurrogate || escape.scalar == nil
        position = escape.end
      } else if byte >= 0x80 {
        position = try endOfMultibyteCharacter(at: position, in: bytes)
      } else {
        throw JSONError(.controlCharacter, at: position)
      }
    }
  }

  /// Table 3-7 of the Unicode standard: the second byte's range shuts out overlong forms, surrogates and
  /// what lies above U+10FFFF; all later bytes are 80 to BF.
  private func endOfMultibyteCharacter(
    at position: Int,
    in bytes: Span<UInt8>
  ) throws(JSONError) -> Int {
    let byteCount: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch bytes[position] {
    case 0xC2...0xDF: byteCount = 2
    case 0xE0: (byteCount, second) = (3, 0xA0...0xBF)
    case 0xED: (byteCount, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: byteCount = 3
    case 0xF0: (byteCount, second) = (4, 0x90...0xBF)
    case 0xF4: (byteCount, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: byteCount = 4
    default: throw JSONError(.invalidUTF8, at: position)
    }
    guard position + byteCount <= bytes.count, second.contains(bytes[position + 1]) else {
      throw JSONError(.invalidUTF8, at: position)
    }
    for next in position + 2..<max(position + 2, position + byteCount)
    where bytes[next] & 0xC0 != 0x80 {
      throw JSONError(.invalidUTF8, at: position)
    }
    return position + byteCount
  }
}

/// One escape of a string, a surrogate pair counted as one.
struct JSONEscape {
  /// What it stands for; nil for a lone surrogate.
  let scalar: Unicode.Scalar?

  /// Where the next character begins.
  let end: Int

  init(at position: Int, in bytes: Span<UInt8>) throws(JSONError) {
    guard position + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    switch bytes[position + 1] {
    case UInt8(ascii: "u"):
      (scalar, end) = try Self.unicode(at: position, in: bytes)
      return
    case UInt8(ascii: "\""): scalar = "\""
    case UInt8(ascii: "\\"): scalar = "\\"
    case UInt8(ascii: "/"): scalar = "/"
    case UInt8(ascii: "b"): scalar = "\u{8}"
    case UInt8(ascii: "f"): scalar = "\u{C}"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "t"): scalar = "\t"
    default: throw JSONError(.invalidEscape, at: position)
    }
    end = position + 2
  }

  private static func unicode(
    at position: Int,
    in bytes: Span<UInt8>
  ) throws(JSONError) -> (Unicode.Scalar?, Int) {
    let first = try fourDigits(at: position, in: bytes)
    let end = position + 6
    guard (0xD800...0xDBFF).contains(first), end + 1 < bytes.count,
      bytes[end] == UInt8(ascii: "\\"), bytes[end + 1] == UInt8(ascii: "u")
    else { return (Unicode.Scalar(first), end) }
    let second = try fourDigits(at: end, in: bytes)
    guard (0xDC00...0xDFFF).contains(second) else { return (nil, end) }
    return (Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)), end + 6)
  }

  private static func fourDigits(
    at position: Int,
    in bytes: Span<UInt8>
  ) throws(JSONError) -> UInt32 {
    guard position + 6 <= bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    var value: UInt32 = 0
    for index in position + 2..<position + 6 {
      guard let digit = Hexadecimal.value(of: bytes[index]) else {
        throw JSONError(.invalidEscape, at: position)
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}

/// Text from outside on its way into a log: one record stays one line, and a terminal that shows it obeys
/// nothing that stands in it.
enum LogText {
  /// The text with everything escaped that could end a line, move a cursor or turn the direction of writing.
  static func escaped(_ text: some StringProtocol) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return String(text) }
    var result = ""
    for scalar in text.unicodeScalars {
      if isUnsafe(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Bytes as text, escaped; what is no UTF-8 shows as U+FFFD.
  static func escaped(_ bytes: some Collection<UInt8>) -> String {
    escaped(String(decoding: bytes, as: UTF8.self))
  }

  /// C0 and C1 controls, DEL, the line and paragraph separators, and the marks and overrides of Unicode's
  /// bidirectional algorithm (UAX 9).
  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
    default: false
    }
  }
}

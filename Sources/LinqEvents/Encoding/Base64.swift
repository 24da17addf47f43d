internal import LinqhookAuthentication

/// Base64 (RFC 4648, section 4).
enum Base64 {
  /// With padding.
  static func text(of bytes: Span<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group = 0
      for index in 0..<3 { group = group << 8 | (index < count ? Int(bytes[start + index]) : 0) }
      for index in 0..<4 {
        text.append(index <= count ? digit(group >> (18 - 6 * index) & 0x3F) : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// 32 bytes as a signature spells them: 44 characters of the standard alphabet, padding included.
  static func authenticationCode(from text: Span<UInt8>) -> AuthenticationCode? {
    guard text.count == 44, text[43] == UInt8(ascii: "="), text[42] != UInt8(ascii: "=") else { return nil }
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    var count = 0
    let isValid = decode(text, alphabets: .standard) { byte in
      bytes[count] = byte
      count += 1
    }
    return isValid ? AuthenticationCode(bytes: bytes) : nil
  }

  /// A key, written straight into memory that is wiped; nil when `text` is not base64.
  ///
  /// Keys are pasted from many places: the URL-safe alphabet is taken too, and padding may be missing.
  static func secret(from text: Span<UInt8>) -> Secret? {
    try? Secret(capacity: text.count) { output in
      if !decode(text, alphabets: .standardAndURLSafe, { output.append($0) }) { output.removeAll() }
    }
  }

  private enum Alphabets { case standard, standardAndURLSafe }

  /// Hands over each byte; false when the text is not base64. Padding may be missing but not wrong, and
  /// bits beyond the last byte must be zero, so that there is one spelling only.
  private static func decode(
    _ text: Span<UInt8>,
    alphabets: Alphabets,
    _ receive: (UInt8) -> Void
  ) -> Bool {
    var count = text.count
    while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
    guard count % 4 != 1, count == text.count || text.count % 4 == 0 else { return false }
    var bits: UInt32 = 0
    var bitCount = 0
    for index in 0..<count {
      guard let value = value(of: text[index], alphabets) else { return false }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        receive(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
      }
    }
    return bits & (1 << UInt32(bitCount) - 1) == 0
  }

  private static func value(of character: UInt8, _ alphabets: Alphabets) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    case UInt8(ascii: "-") where alphabets == .standardAndURLSafe: 62
    case UInt8(ascii: "_") where alphabets == .standardAndURLSafe: 63
    default: nil
    }
  }

  private static func digit(_ value: Int) -> UInt8 {
    switch UInt8(truncatingIfNeeded: value) {
    case let value where value < 26: UInt8(ascii: "A") + value
    case let value where value < 52: UInt8(ascii: "a") + value - 26
    case let value where value < 62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}

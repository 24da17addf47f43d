/// UUIDs (RFC 9562, version 4). They are no secrets, so the system's ordinary generator is enough, which
/// cannot fail.
enum Identifier {
  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return text(generator.next(), generator.next())
  }

  /// 32 hex digits, for the tracing of calls.
  static func trace() -> String {
    random().filter { $0 != "-" }
  }

  /// The V3 UUID of a record with this V2 number; always the same for the same number.
  static func uuid(of number: Int) -> String {
    text(0x11AC_0000_0000_0000, UInt64(number))
  }

  /// The V2 number behind a V3 UUID; nil for a UUID of another kind.
  static func number(ofUUID text: String) -> Int? {
    let wanted = text.lowercased()
    guard wanted.count == 36, let number = Int(wanted.suffix(12), radix: 16), uuid(of: number) == wanted
    else { return nil }
    return number
  }

  private static func text(_ high: UInt64, _ low: UInt64) -> String {
    let digits = [high & ~0xF000 | 0x4000, low & ~(0b11 << 62) | 0b10 << 62].map { number in
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return text
  }
}

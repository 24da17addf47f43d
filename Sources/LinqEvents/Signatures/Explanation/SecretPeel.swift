/// Something around a secret that does not belong to it.
enum SecretPeel: CaseIterable {
  case blanks, assignment, version, quotes, comment, punctuation

  /// Worded to follow "if".
  var change: String {
    switch self {
    case .blanks: "the blanks and invisible characters around the secret are left out"
    case .assignment: "the name before the secret is left out"
    case .version: "`v1,` before the secret is left out"
    case .quotes: "the quotes around the secret are left out"
    case .comment: "the text after the secret is left out"
    case .punctuation: "the punctuation mark behind the secret is left out"
    }
  }

  /// Where the secret is within `bytes`; nil when nothing of this kind is around it.
  func inner(of bytes: Span<UInt8>) -> Range<Int>? {
    let count = bytes.count
    guard count > 1 else { return nil }
    switch self {
    case .blanks:
      var start = 0
      var end = count
      while let length = Self.blankCount(bytes, from: start, to: end) { start += length }
      while let length = Self.blankCount(bytes, before: end, downTo: start) { end -= length }
      return start..<end
    case .assignment:
      guard
        let sign = bytes.indices.first(where: {
          bytes[$0] == UInt8(ascii: "=") || bytes[$0] == UInt8(ascii: ":")
        }),
        sign > 0, (0..<sign).allSatisfy({ Self.isOfName(bytes[$0]) })
      else { return nil }
      return sign + 1..<count
    case .version:
      return Self.begins(bytes, with: "v1,") ? 3..<count : nil
    case .quotes:
      guard let first = Self.quoteCount(bytes, at: 0), let last = Self.quoteCount(bytes, endingAt: count),
        first + last < count
      else { return nil }
      return first..<count - last
    case .comment:
      return bytes.indices.dropLast().first {
        bytes[$0] == UInt8(ascii: " ") && bytes[$0 + 1] == UInt8(ascii: "#")
      }
      .map { 0..<$0 }
    case .punctuation:
      let last = bytes[count - 1]
      return ",;.:".utf8.contains(last) ? 0..<count - 1 : nil
    }
  }

  private static func begins(_ bytes: Span<UInt8>, with text: String) -> Bool {
    let prefix = Array(text.utf8)
    return bytes.count > prefix.count && prefix.indices.allSatisfy { bytes[$0] == prefix[$0] }
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: " "), UInt8(ascii: "$"):
      true
    default: false
    }
  }

  /// ASCII blanks, the no-break space, zero-width characters, the byte order mark.
  private static let blankSpellings: [[UInt8]] =
    [
      [0x20], [0x09], [0x0A], [0x0D], [0xC2, 0xA0], [0xEF, 0xBB, 0xBF], [0xE2, 0x81, 0xA0],
      [0xE2, 0x80, 0xAF],
    ]
    + (UInt8(0x80)...0x8F).map { [0xE2, 0x80, $0] }

  private static func blankCount(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    blankSpellings.first { blank in
      start + blank.count <= end && blank.indices.allSatisfy { bytes[start + $0] == blank[$0] }
    }?.count
  }

  private static func blankCount(_ bytes: Span<UInt8>, before end: Int, downTo start: Int) -> Int? {
    blankSpellings.first { blank in
      let from = end - blank.count
      return from >= start && blank.indices.allSatisfy { bytes[from + $0] == blank[$0] }
    }?.count
  }

  /// Straight quotes of one byte, typographic ones of three.
  private static func quoteCount(_ bytes: Span<UInt8>, at start: Int) -> Int? {
    if "\"'`".utf8.contains(bytes[start]) { return 1 }
    guard start + 3 <= bytes.count, bytes[start] == 0xE2, bytes[start + 1] == 0x80 else { return nil }
    return (0x98...0x9F).contains(bytes[start + 2]) ? 3 : nil
  }

  private static func quoteCount(_ bytes: Span<UInt8>, endingAt end: Int) -> Int? {
    if "\"'`".utf8.contains(bytes[end - 1]) { return 1 }
    return end >= 3 ? quoteCount(bytes, at: end - 3).flatMap { $0 == 3 ? 3 : nil } : nil
  }
}

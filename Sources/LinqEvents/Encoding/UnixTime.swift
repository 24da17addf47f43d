/// A time that is written as a count since 1970 began, without Foundation.
enum UnixTime {
  /// Milliseconds since 1970 of a count of seconds, milliseconds, microseconds or nanoseconds in decimal digits,
  /// perhaps with a fraction, which is cut below the millisecond for seconds and dropped otherwise; nil for anything
  /// else. Which it is follows from its size: seconds up to the year 5138, milliseconds from 1973 on.
  static func milliseconds(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let digits = parts.first, (1...20).contains(digits.utf8.count), isDigits(digits),
      parts.count == 1 || isDigits(parts[1]), let count = Int64(digits)
    else { return nil }
    switch count {
    case ..<100_000_000_000:
      let fraction = parts.count == 1 ? "" : parts[1].prefix(3)
      let padded = fraction + String(repeating: "0", count: 3 - fraction.utf8.count)
      return count * 1000 + (Int64(padded) ?? 0)
    case ..<100_000_000_000_000: return count
    case ..<100_000_000_000_000_000: return count / 1000
    default: return count / 1_000_000
    }
  }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}

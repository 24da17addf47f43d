/// Sizes as the file writes them: a whole number with `B`, `KiB`, `MiB` or `GiB`, or a bare number of bytes.
///
/// `KB` and `MB` are refused: half of the world means 1000 by them.
enum SizeText {
  private static let units: [(name: String, bytes: Int)] = [
    ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1), ("", 1),
  ]

  static let form = "a whole number with its unit, as in 16KiB, 1MiB or 2GiB"

  static func parse(_ text: String) throws(ValueProblem) -> Int {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard !digits.isEmpty, let bytes = units.first(where: { $0.name == unit })?.bytes else {
      throw ValueProblem("must be \(form), not \(Quoted.text(text)).")
    }
    guard let count = Int(digits) else {
      throw ValueProblem("is too large a size: \(Quoted.text(text)).")
    }
    let (total, overflow) = count.multipliedReportingOverflow(by: bytes)
    guard !overflow else {
      throw ValueProblem("is too large a size: \(Quoted.text(text)).")
    }
    return total
  }

  /// The shortest text that `parse` reads as the same size.
  static func format(_ bytes: Int) -> String {
    for unit in units where bytes >= unit.bytes && bytes % unit.bytes == 0 {
      return "\(bytes / unit.bytes)\(unit.name)"
    }
    return "\(bytes)B"
  }
}

/// Decimal numbers: digits, at most one point, no exponent; what people write for a factor or a share.
enum DecimalText {
  static func parse(_ text: String) -> Double? {
    let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard unsigned.first?.isNumber == true, unsigned.last?.isNumber == true else { return nil }
    guard unsigned.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else { return nil }
    return Double(text)
  }

  /// Without a fraction when there is none.
  static func format(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }
}

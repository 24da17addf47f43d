/// Durations as the file writes them: a whole number and its unit, `500ms 30s 5m 72h 7d`.
enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  static let form = "a whole number with its unit, as in 500ms, 30s, 5m, 72h or 7d"

  static func parse(_ text: String) throws(ValueProblem) -> Duration {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard !digits.isEmpty, let milliseconds = units.first(where: { $0.name == unit })?.milliseconds else {
      throw ValueProblem("must be \(form), not \(Quoted.text(text)).")
    }
    guard let count = Int64(digits) else {
      throw ValueProblem("is too long a time: \(Quoted.text(text)).")
    }
    let (total, overflow) = count.multipliedReportingOverflow(by: milliseconds)
    guard !overflow else {
      throw ValueProblem("is too long a time: \(Quoted.text(text)).")
    }
    return .milliseconds(total)
  }

  /// The shortest text that `parse` reads as the same duration, to the millisecond.
  static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    if duration == .zero { return "0s" }
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    for unit in units where milliseconds >= unit.milliseconds && milliseconds % unit.milliseconds == 0 {
      // A day and its multiples are told in hours up to three days, as in "72h".
      if unit.name == "d" && milliseconds <= 3 * unit.milliseconds { continue }
      return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
    return "\(milliseconds)ms"
  }
}

extension Duration {
  /// A time as the configuration file writes it: a whole number and its unit, `500ms 30s 5m 72h 7d`. Nil for
  /// anything else.
  public init?(configurationText text: String) {
    do { self = try DurationText.parse(text) } catch { return nil }
  }
}

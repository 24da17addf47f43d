import LinqEvents
import Pacing

/// The header `Retry-After` (RFC 9110, section 10.2.3).
enum RetryAfter {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// How long to wait: a number of seconds, or the time up to a date, zero when it is past. Nil for anything else.
  static func duration(_ value: String, nowMilliseconds: Int64) -> Duration? {
    if value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return Double(value).flatMap { Duration(namedSeconds: $0) }
    }
    guard let date = milliseconds(date: value) else { return nil }
    return .milliseconds(max(0, date - nowMilliseconds))
  }

  /// An HTTP date in one of its three forms (RFC 9110, section 5.6.7), in milliseconds since 1970.
  private static func milliseconds(date: String) -> Int64? {
    let words = date.split { $0 == " " || $0 == "-" }
    switch words.count {
    case 6 where words[5] == "GMT":
      // Sun, 06 Nov 1994 08:49:37 GMT and Sunday, 06-Nov-94 08:49:37 GMT
      return milliseconds(day: words[1], month: words[2], year: words[3], time: words[4])
    case 5:
      // Sun Nov  6 08:49:37 1994
      return milliseconds(day: words[2], month: words[1], year: words[4], time: words[3])
    default:
      return nil
    }
  }

  private static func milliseconds(
    day: Substring,
    month: Substring,
    year: Substring,
    time: Substring
  ) -> Int64? {
    guard let index = months.firstIndex(of: String(month)) else { return nil }
    let number = index < 9 ? "0\(index + 1)" : "\(index + 1)"
    // Two digits were last written when they meant the century before this one.
    let fullYear = year.count == 2 ? "20\(year)" : "\(year)"
    return RFC3339.milliseconds("\(fullYear)-\(number)-\(day.count == 1 ? "0" : "")\(day)T\(time)Z")
  }
}

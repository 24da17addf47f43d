/// Times as Linq writes them, without Foundation.
public enum RFC3339 {
  /// Milliseconds since 1970 began (UTC), or nil when `text` is no such time.
  ///
  /// Takes RFC 3339 with `Z` or an offset and up to nine digits of fraction (`2026-02-05T19:31:13.736Z`),
  /// and the form inside V2 events (`2025-10-22 10:31:00 -0600`). Digits below the millisecond are cut. Second
  /// 60, a leap second, is taken as the first of the next minute.
  public static func milliseconds(_ text: String) -> Int64? {
    guard var reader = Reader(text), let year = reader.number(digits: 4), reader.take("-"),
      let month = reader.number(digits: 2), reader.take("-"),
      let day = reader.number(digits: 2), reader.take("T") || reader.take("t") || reader.take(" "),
      let hour = reader.number(digits: 2), reader.take(":"),
      let minute = reader.number(digits: 2), reader.take(":"),
      let second = reader.number(digits: 2),
      let fraction = reader.millisecondsOfFraction(),
      let offset = reader.offsetMinutes(), reader.isAtEnd,
      (1...12).contains(month), (1...dayCount(ofMonth: month, year: year)).contains(day),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let minutes = (days(year: year, month: month, day: day) * 24 + hour) * 60 + minute - offset
    return (minutes * 60 + second) * 1_000 + fraction
  }

  /// The time in UTC with milliseconds, as `2026-02-05T19:31:13.736Z`. For years 0 to 9999.
  public static func text(milliseconds: Int64) -> String {
    let day = milliseconds.quotientRoundedDown(by: 86_400_000)
    var rest = milliseconds - day * 86_400_000
    let date = date(ofDay: day)
    let fraction = rest % 1_000
    rest /= 1_000
    return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2) + "T"
      + padded(rest / 3_600, 2) + ":" + padded(rest / 60 % 60, 2) + ":" + padded(rest % 60, 2) + "."
      + padded(fraction, 3) + "Z"
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func dayCount(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the leap day is
  /// the last of its year.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let leapDays =
      marchYear.quotientRoundedDown(by: 4) - marchYear.quotientRoundedDown(by: 100)
      + marchYear.quotientRoundedDown(by: 400)
    return marchYear * 365 + leapDays + dayOfYear - 719_468
  }

  /// The inverse of ``days(year:month:day:)``, within an era of 400 years, all of which are as long.
  private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468
    let era = shifted.quotientRoundedDown(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension RFC3339 {
  /// Reads a time from left to right.
  private struct Reader {
    /// As long as `2026-02-05T19:31:13.123456789 +00:00`.
    private var bytes = InlineArray<36, UInt8>(repeating: 0)
    private let byteCount: Int
    private var position = 0

    /// Nil for what is longer than any time.
    init?(_ text: String) {
      let text = text.utf8.span
      byteCount = text.count
      guard byteCount <= bytes.count else { return nil }
      for index in text.indices { bytes[index] = text[index] }
    }

    var isAtEnd: Bool { position == byteCount }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < byteCount, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func digit() -> Int64? {
      guard position < byteCount, (0x30...0x39).contains(bytes[position]) else { return nil }
      position += 1
      return Int64(bytes[position - 1] - 0x30)
    }

    mutating func number(digits count: Int) -> Int64? {
      var number: Int64 = 0
      for _ in 0..<count {
        guard let digit = digit() else { return nil }
        number = number * 10 + digit
      }
      return number
    }

    /// 0 when there is no fraction; nil when it has no digit or more than nine.
    mutating func millisecondsOfFraction() -> Int64? {
      guard take(".") else { return 0 }
      var milliseconds: Int64 = 0
      var unit: Int64 = 100
      var count = 0
      while let digit = digit() {
        milliseconds += digit * unit
        unit /= 10
        count += 1
      }
      return (1...9).contains(count) ? milliseconds : nil
    }

    /// `Z`, `+hh:mm` or `-hhmm`, a space before it allowed.
    mutating func offsetMinutes() -> Int64? {
      _ = take(" ")
      if take("Z") || take("z") { return 0 }
      let isBehind = take("-")
      guard isBehind || take("+"), let hours = number(digits: 2) else { return nil }
      _ = take(":")
      guard let minutes = number(digits: 2), hours < 24, minutes < 60 else { return nil }
      return (isBehind ? -1 : 1) * (hours * 60 + minutes)
    }
  }
}

extension Int64 {
  fileprivate func quotientRoundedDown(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
  }
}

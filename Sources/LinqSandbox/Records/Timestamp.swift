import FoundationEssentials
import LinqEvents

/// A point in time, in milliseconds since 1970, in the spellings that Linq uses.
struct Timestamp: Equatable, Comparable {
  var milliseconds: Int64

  static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }

  /// RFC 3339 in UTC.
  var text: JSONValue { .text(RFC3339.text(milliseconds: milliseconds)) }

  /// The form in the data of V2's events: `2025-10-22 16:31:00 +0000`.
  var spacedText: JSONValue {
    let text = RFC3339.text(milliseconds: milliseconds)
    return .text("\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) +0000")
  }

  static func < (one: Timestamp, other: Timestamp) -> Bool { one.milliseconds < other.milliseconds }
}

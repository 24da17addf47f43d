import Foundation

/// Times as HTTP and certificates write them.
enum HTTPDate {
  /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7), in milliseconds since 1970.
  static func milliseconds(header text: String) -> Int64? { read(text, "EEE, dd MMM yyyy HH:mm:ss zzz") }

  /// `Feb 12 12:00:00 2027 GMT`, as OpenSSL prints the end of a certificate.
  static func milliseconds(certificate text: String) -> Int64? {
    // A day of one digit has a blank before it.
    read(text.split(separator: " ").joined(separator: " "), "MMM d HH:mm:ss yyyy zzz")
  }

  private static func read(_ text: String, _ format: String) -> Int64? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = format
    return formatter.date(from: text).map { Int64($0.timeIntervalSince1970 * 1000) }
  }
}

/// The plain spelling of a path: what many harmless ways to write it have in common.
///
/// Taken away are a scheme and a host in front (RFC 9112, section 3.2.2), empty segments, so doubled slashes and one
/// at the end, and segments of one dot; two dots take the segment before them along (RFC 3986, section 5.2.4).
/// Percent-encoded characters are decoded once. `%25` is not, so nothing can be decoded twice, nor are control
/// characters. Letters keep their case.
///
/// Two paths with one plain spelling are one path to a sender who is a little careless, so they must not lead to two
/// places.
public enum PlainPath {
  /// The plain spelling of a request's target or a configured path without its query; nil for what is no path, such as
  /// `*` or `host:443`.
  public static func of(_ target: String) -> String? {
    let path = withoutAuthority(target.utf8[...])
    guard path.first == slash else { return nil }
    var segments: [[UInt8]] = []
    for segment in decoded(path).split(separator: slash) {
      switch Array(segment) {
      case [dot]: break
      case [dot, dot]: _ = segments.popLast()
      case let name: segments.append(name)
      }
    }
    return String(decoding: [slash] + segments.joined(separator: [slash]), as: UTF8.self)
  }

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")

  /// `http://host:80/path` is `/path`, and without a path `/`.
  private static func withoutAuthority(_ target: Substring.UTF8View) -> [UInt8] {
    for scheme in ["http://", "https://"] {
      let start = target.prefix(scheme.utf8.count).map { $0 | ($0 >= 0x40 ? 0x20 : 0) }
      guard start == Array(scheme.utf8) else { continue }
      let path = target.dropFirst(scheme.utf8.count).drop { $0 != slash }
      return path.isEmpty ? [slash] : Array(path)
    }
    return Array(target)
  }

  private static func decoded(_ path: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(path.count)
    var index = 0
    while index < path.count {
      guard let code = code(at: index, in: path) else {
        result.append(path[index])
        index += 1
        continue
      }
      if code < 0x20 || code == 0x7F || code == UInt8(ascii: "%") {
        // Stays encoded, in one spelling.
        result.append(contentsOf: [UInt8(ascii: "%"), upper(path[index + 1]), upper(path[index + 2])])
      } else {
        result.append(code)
      }
      index += 3
    }
    return result
  }

  /// What `%` and two hexadecimal digits stand for.
  private static func code(at index: Int, in path: [UInt8]) -> UInt8? {
    guard path[index] == UInt8(ascii: "%"), index + 2 < path.count,
      let high = digit(path[index + 1]), let low = digit(path[index + 2])
    else { return nil }
    return high << 4 | low
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch upper(byte) {
    case let digit where (0x30...0x39).contains(digit): digit - 0x30
    case let letter where (0x41...0x46).contains(letter): letter - 0x41 + 10
    default: nil
    }
  }

  private static func upper(_ byte: UInt8) -> UInt8 { (0x61...0x7A).contains(byte) ? byte - 0x20 : byte }
}

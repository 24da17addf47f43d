/// An IPv4 or IPv6 address in its textual forms (RFC 4291, section 2.2), as bytes in network order.
///
/// Written here because inet_pton would bring C into this module for forty lines of arithmetic.
enum InternetAddress {
  /// Four bytes for IPv4, sixteen for IPv6, `nil` for anything else.
  static func parse(_ text: some StringProtocol) -> [UInt8]? {
    text.contains(":") ? parseVersion6(text) : parseVersion4(text)
  }

  static func isLoopback(_ bytes: [UInt8]) -> Bool {
    if bytes.count == 4 { return bytes[0] == 127 }
    if bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] { return true }
    return bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] && bytes[12] == 127
  }

  private static func parseVersion4(_ text: some StringProtocol) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      // A leading zero means octal to some programs and nothing to others.
      guard part.count == 1 || part.first != "0", let byte = UInt8(part) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func parseVersion6(_ text: some StringProtocol) -> [UInt8]? {
    let halves = String(text).split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    switch halves.count {
    case 1:
      guard let bytes = groups(halves[0], isLast: true), bytes.count == 16 else { return nil }
      return bytes
    case 2:
      guard let head = groups(halves[0], isLast: false), let tail = groups(halves[1], isLast: true) else {
        return nil
      }
      let missing = 16 - head.count - tail.count
      guard missing >= 2 else { return nil }
      return head + [UInt8](repeating: 0, count: missing) + tail
    default:
      return nil
    }
  }

  /// The bytes of groups joined by colons; the last of an address may be in the form of IPv4.
  private static func groups(_ text: Substring, isLast: Bool) -> [UInt8]? {
    guard !text.isEmpty else { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var bytes: [UInt8] = []
    for (index, part) in parts.enumerated() {
      if isLast, index == parts.count - 1, let embedded = parseVersion4(part) {
        bytes += embedded
      } else if (1...4).contains(part.count), part.allSatisfy(\.isHexDigit),
        let group = UInt16(part, radix: 16)
      {
        bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
      } else {
        return nil
      }
    }
    return bytes
  }
}

/// A block of addresses in CIDR form (RFC 4632), such as `10.0.0.0/8` or `fd00::/8`.
public struct NetworkRange: Sendable, Equatable, CustomStringConvertible {
  /// The first address: four bytes for IPv4, sixteen for IPv6, in network order.
  public let addressBytes: [UInt8]
  /// How many leading bits an address must share with `addressBytes`.
  public let prefixBits: Int
  /// The range as it was written.
  public let description: String

  /// Reads `address/bits`, or one address alone.
  init(parsing text: String) throws(ValueProblem) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let bytes = InternetAddress.parse(first) else {
      throw ValueProblem(
        "must hold addresses with a prefix, as in 10.0.0.0/8 or fd00::/8, not \(Quoted.text(text))."
      )
    }
    let maxBits = bytes.count * 8
    var bits = maxBits
    if parts.count == 2 {
      guard let written = Int(parts[1]), (0...maxBits).contains(written), !parts[1].hasPrefix("+") else {
        throw ValueProblem("has a range whose prefix is not between 0 and \(maxBits): \(Quoted.text(text)).")
      }
      bits = written
    }
    guard Self.hasOnlyPrefix(bytes, bits: bits) else {
      throw ValueProblem(
        "has a range with bits set beyond its prefix: \(Quoted.text(text)). Write its first address, or a longer prefix."
      )
    }
    addressBytes = bytes
    prefixBits = bits
    description = text
  }

  /// Whether it holds more addresses than any one owner has: wider than /8, or for IPv6 than /7.
  var isNearlyEverybody: Bool {
    let isMapped =
      addressBytes.count == 16 && addressBytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    if isMapped, prefixBits >= 96 { return prefixBits - 96 < 8 }
    return prefixBits < (addressBytes.count == 4 ? 8 : 7)
  }

  private static func hasOnlyPrefix(_ bytes: [UInt8], bits: Int) -> Bool {
    (bits..<bytes.count * 8).allSatisfy { bytes[$0 / 8] & (0x80 >> ($0 % 8)) == 0 }
  }
}

/// A block of IP addresses, as CIDR notation writes it (RFC 4632, RFC 4291): `10.0.0.0/8`.
public struct AddressBlock: Sendable, Hashable {
  private let network: IPAddress
  private let prefixBits: Int

  /// All addresses that share their first `prefixBits` bits with `network`.
  public init(_ network: IPAddress, prefixBits: Int) {
    self.network = network
    self.prefixBits = min(max(prefixBits, 0), network.bytes.count * 8)
  }

  /// Whether an address lies in the block.
  public func contains(_ address: IPAddress) -> Bool {
    guard address.bytes.count == network.bytes.count else { return false }
    var remaining = prefixBits
    for (mine, theirs) in zip(network.bytes, address.bytes) {
      if remaining <= 0 { return true }
      let mask: UInt8 = remaining >= 8 ? 0xff : ~(0xff >> UInt8(remaining))
      if mine & mask != theirs & mask { return false }
      remaining -= 8
    }
    return true
  }
}

/// An IPv4 or IPv6 address. IPv4 inside IPv6 (`::ffff:10.0.0.1`) counts as IPv4.
public struct IPAddress: Sendable, Hashable {
  /// Four or sixteen bytes, most significant first.
  public let bytes: [UInt8]

  /// An address from its bytes: four for IPv4, sixteen for IPv6; nil for another count.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = Self.withoutMapping(bytes)
  }

  /// An address from its text: dotted decimal, or RFC 4291 with or without brackets. No zone, no port.
  public init?(_ text: String) {
    var text = Substring(text)
    if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
    guard let parsed = text.contains(":") ? Self.version6(text) : Self.version4(text) else { return nil }
    bytes = Self.withoutMapping(parsed)
  }

  private static func withoutMapping(_ bytes: [UInt8]) -> [UInt8] {
    let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
    return bytes.count == 16 && bytes.starts(with: mappedPrefix) ? Array(bytes.suffix(4)) : bytes
  }

  private static func version4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let bytes = parts.compactMap { part -> UInt8? in
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(isDigit) else { return nil }
      return UInt8(part)
    }
    return bytes.count == 4 ? bytes : nil
  }

  private static func version6(_ text: Substring) -> [UInt8]? {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count), let head = groups(halves[0], mayEndIn4: halves.count == 1) else {
      return nil
    }
    guard halves.count == 2 else { return head.count == 16 ? head : nil }
    guard let tail = groups(halves[1], mayEndIn4: true), head.count + tail.count <= 14 else { return nil }
    return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  private static func groups(_ text: Substring, mayEndIn4: Bool) -> [UInt8]? {
    if text.isEmpty { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var bytes: [UInt8] = []
    for (index, part) in parts.enumerated() {
      if mayEndIn4, index == parts.count - 1, part.contains("."), let dotted = version4(part) {
        bytes += dotted
      } else {
        guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16),
          part.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
        else { return nil }
        bytes += [UInt8(group >> 8), UInt8(group & 0xff)]
      }
    }
    return bytes
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

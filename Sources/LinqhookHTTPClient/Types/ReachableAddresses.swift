/// Which addresses a client connects to. Judged by the address of each connection when it is made, so that a name which
/// changes its address after it was looked at (DNS rebinding) gains nothing.
public enum ReachableAddresses: Sendable, Equatable {
  /// All but link-local ones, where the configuration refuses those.
  case all
  /// Those of the public Internet only: for URLs that strangers may choose.
  case publicOnly
  /// The same and this machine's loopback: for a stand-in on the same machine.
  case publicAndLoopback

  /// Whether an address of 4 or 16 bytes may be connected to.
  func allows(_ address: some Collection<UInt8>) -> Bool {
    switch self {
    case .all: true
    case .publicOnly: PublicAddress.contains(address)
    case .publicAndLoopback: PublicAddress.contains(address) || PublicAddress.isLoopback(address)
    }
  }
}

/// Addresses of the public Internet: what the special-purpose registries of IANA (RFC 6890) leave, without multicast.
enum PublicAddress {
  static func contains(_ address: some Collection<UInt8>) -> Bool {
    let bytes = Array(address)
    switch bytes.count {
    case 4: return isPublicV4(bytes)
    case 16: return isPublicV6(bytes)
    default: return false
    }
  }

  static func isLoopback(_ address: some Collection<UInt8>) -> Bool {
    let bytes = Array(address)
    return bytes.count == 4 && bytes[0] == 127 || bytes == Array(repeating: 0, count: 15) + [1]
  }

  /// First two bytes decide nearly everything; the three documentation networks and two small ones need the third.
  private static func isPublicV4(_ bytes: [UInt8]) -> Bool {
    switch (bytes[0], bytes[1], bytes[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
    case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
    case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
    default: true
    }
  }

  private static func isPublicV6(_ bytes: [UInt8]) -> Bool {
    // An IPv4 address in IPv6's clothes: mapped (::ffff:0:0/96), or behind a translator (64:ff9b::/96).
    let mapped = Array(repeating: UInt8(0), count: 10) + [0xFF, 0xFF]
    let translated = [0x00, 0x64, 0xFF, 0x9B] + Array(repeating: UInt8(0), count: 8)
    if bytes.starts(with: mapped) || bytes.starts(with: translated) { return isPublicV4(Array(bytes[12...])) }
    // Only 2000::/3 is given out. Of it, 2001::/23 is for protocols (Teredo among them), 2001:db8::/32 and 3fff::/20 are
    // for documentation, and 2002::/16 leads to any IPv4 address.
    switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
    case (0x20, 0x01, 0...1, _), (0x20, 0x01, 0x0D, 0xB8), (0x20, 0x02, _, _), (0x3F, 0xFF, 0..<0x10, _):
      return false
    default: return bytes[0] & 0xE0 == 0x20
    }
  }
}

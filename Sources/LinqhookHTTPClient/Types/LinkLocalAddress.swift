/// Addresses that only mean something on one link, among them a cloud's metadata service.
enum LinkLocalAddress {
  /// Whether the 4 bytes of an IPv4 address are in 169.254.0.0/16 (RFC 3927), or the 16 bytes of an IPv6
  /// address in fe80::/10 (RFC 4291) or an IPv4 address of that kind mapped to IPv6.
  static func contains(_ address: some Collection<UInt8>) -> Bool {
    let bytes = Array(address)
    switch bytes.count {
    case 4:
      return bytes[0] == 169 && bytes[1] == 254
    case 16:
      let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
      if bytes.starts(with: mappedPrefix) { return contains(bytes.suffix(4)) }
      return bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    default:
      return false
    }
  }
}

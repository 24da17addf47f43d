/// Where a connection comes from. Only the host counts: ports change with each connection.
public enum RemoteAddress: Sendable, Hashable, CustomStringConvertible {
  /// An IPv4 host, most significant byte first: 127.0.0.1 is `0x7f000001`.
  case ipv4(UInt32)
  /// An IPv6 host, the upper and the lower eight bytes. IPv4-mapped addresses are given as `ipv4`.
  case ipv6(UInt64, UInt64)
  /// A process on this machine, over a unix socket.
  case unix

  /// The upper and the lower eight bytes of an IPv6 address. ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2) is IPv4.
  init(upper: UInt64, lower: UInt64) {
    let isMapped = upper == 0 && lower >> 32 == 0xffff
    self = isMapped ? .ipv4(UInt32(truncatingIfNeeded: lower)) : .ipv6(upper, lower)
  }

  /// The usual text of the address; IPv6 in full, with no `::` (RFC 4291, section 2.2, form 1); `unix`.
  public var description: String {
    switch self {
    case .ipv4(let host):
      return (0..<4).map { String((host >> (24 - 8 * UInt32($0))) & 0xff) }.joined(separator: ".")
    case .ipv6(let upper, let lower):
      let groups = [upper, lower].flatMap { half in
        (0..<4).map { String((half >> (48 - 16 * UInt64($0))) & 0xffff, radix: 16) }
      }
      return groups.joined(separator: ":")
    case .unix:
      return "unix"
    }
  }
}

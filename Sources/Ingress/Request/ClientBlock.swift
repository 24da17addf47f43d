/// Whom an address counts for where clients share a bound: itself, or with IPv6 its /64, all of which one client
/// has at hand.
enum ClientBlock {
  static func name(of address: String) -> String {
    guard let parsed = IPAddress(address) else { return address }
    guard parsed.bytes.count == 16 else { return parsed.bytes.map(String.init).joined(separator: ".") }
    let groups = stride(from: 0, to: 8, by: 2).map {
      String(UInt16(parsed.bytes[$0]) << 8 | UInt16(parsed.bytes[$0 + 1]), radix: 16)
    }
    return groups.joined(separator: ":") + "::/64"
  }
}

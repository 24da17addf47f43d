import MicroHTTP

/// Finds who really sent a request that came through proxies.
///
/// Each hop appends the address it saw, so the list is read from the right: the rightmost address that is no
/// trusted proxy is the client. What stands further left was written by the client itself and proves nothing.
enum ClientAddress {
  static func resolve(_ request: borrowing HTTPRequest, trusted: [AddressBlock]) -> String {
    let peer = request.remoteAddress
    return resolve(
      peer: peer == .unix ? nil : peer.description,
      forwardedFor: joined(request, "X-Forwarded-For"),
      forwarded: joined(request, "Forwarded"),
      trusted: trusted
    )
  }

  /// Whether a peer is a proxy that is believed. A unix socket counts as one where any proxy is trusted.
  static func isTrusted(_ peer: RemoteAddress, _ trusted: [AddressBlock]) -> Bool {
    !trusted.isEmpty && isTrusted(peer == .unix ? nil : peer.description, trusted)
  }

  /// Several fields of one name are one list (RFC 9110, section 5.3).
  private static func joined(_ request: borrowing HTTPRequest, _ name: String) -> String? {
    guard request.header(name) != nil else { return nil }
    return request.headers().filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
      .joined(separator: ",")
  }

  /// - Parameters:
  ///   - peer: the connection's own address; nil for a unix socket, which counts as trusted where any proxy
  ///     is.
  ///   - forwardedFor: the value of `X-Forwarded-For`, several fields joined by a comma.
  ///   - forwarded: the value of `Forwarded` (RFC 7239); it counts where `X-Forwarded-For` is missing.
  static func resolve(
    peer: String?,
    forwardedFor: String?,
    forwarded: String?,
    trusted: [AddressBlock]
  ) -> String {
    let peerText = peer ?? "unix"
    guard !trusted.isEmpty, isTrusted(peer, trusted) else { return peerText }
    var client = peerText
    for hop in hops(forwardedFor: forwardedFor, forwarded: forwarded).reversed() {
      guard let address = IPAddress(hop) else { return client }
      client = hop
      if !trusted.contains(where: { $0.contains(address) }) { return client }
    }
    return client
  }

  private static func isTrusted(_ peer: String?, _ trusted: [AddressBlock]) -> Bool {
    guard let peer else { return true }
    guard let address = IPAddress(peer) else { return false }
    return trusted.contains { $0.contains(address) }
  }

  private static func hops(forwardedFor: String?, forwarded: String?) -> [String] {
    if let forwardedFor {
      return forwardedFor.split(separator: ",", omittingEmptySubsequences: false).map {
        withoutPort(trim($0))
      }
    }
    guard let forwarded else { return [] }
    return forwarded.split(separator: ",").map { element in
      for pair in element.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        if parts.count == 2, trim(parts[0]).lowercased() == "for" {
          return withoutPort(trim(parts[1].filter { $0 != "\"" }))
        }
      }
      return "unknown"
    }
  }

  /// `10.0.0.1:4711` and `[::1]:4711` carry a port; a bare IPv6 address has colons of its own.
  private static func withoutPort(_ hop: String) -> String {
    if hop.hasPrefix("["), let close = hop.firstIndex(of: "]") {
      return String(hop[hop.index(after: hop.startIndex)..<close])
    }
    let parts = hop.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 ? String(parts[0]) : hop
  }

  private static func trim(_ text: some StringProtocol) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let head = text.drop(while: isBlank)
    return String(head.reversed().drop(while: isBlank).reversed())
  }
}

import MicroHTTP

/// Why an unsigned request is not taken although the endpoint allows those: it did not come from a program on this
/// machine by itself. A web page that somebody here has open may post to any address, and a proxy on this machine
/// makes strangers look local; both leave traces that such a program does not.
enum UnsignedObstacle {
  /// What a browser or a proxy adds.
  private static let names: Set<String> = ["origin", "forwarded", "via", "x-real-ip"]
  private static let prefixes = ["sec-fetch-", "x-forwarded-"]

  /// A sentence for the operator; nil where nothing speaks against it.
  static func find(_ request: borrowing HTTPRequest) -> String? {
    for field in request.headers() {
      let name = field.name.lowercased()
      if names.contains(name) || prefixes.contains(where: { name.hasPrefix($0) }) {
        return
          "allow_unsigned takes no request that a browser or a proxy has sent on: it carries \(field.name)"
      }
    }
    guard request.remoteAddress != .unix, let host = request.header("Host"), !isLocal(host) else {
      return nil
    }
    return "allow_unsigned takes requests to localhost or a loopback address only, and its Host is another"
  }

  /// A page whose own name was made to lead to this machine (DNS rebinding) cannot hide that name.
  static func isLocal(_ host: String) -> Bool {
    let name = withoutPort(host).lowercased()
    if name.isEmpty || name == "localhost" || name.hasSuffix(".localhost") { return true }
    guard let address = IPAddress(name) else { return false }
    if address.bytes.count == 4 { return address.bytes[0] == 127 }
    return address.bytes == Array(repeating: 0, count: 15) + [1]
  }

  private static func withoutPort(_ host: String) -> String {
    if host.hasPrefix("["), let close = host.firstIndex(of: "]") {
      return String(host[host.index(after: host.startIndex)..<close])
    }
    return String(host.prefix { $0 != ":" })
  }
}

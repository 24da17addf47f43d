/// Whether a URL leads to this machine or its local network. A stand-in should not post to the `example.com`
/// of a page that somebody pasted.
enum LocalHost {
  static func isLocal(url: String) -> Bool {
    let afterScheme = url.split(separator: "://", maxSplits: 1).last ?? ""
    let authority = afterScheme.prefix { !"/?#".contains($0) }
    let hostAndPort = authority.split(separator: "@").last ?? ""
    if hostAndPort.hasPrefix("[") {
      let address = hostAndPort.dropFirst().prefix { $0 != "]" }.lowercased()
      return address == "::1" || address.hasPrefix("fc") || address.hasPrefix("fd")
    }
    let host = hostAndPort.prefix { $0 != ":" }.lowercased()
    let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    if octets.count == 4, let first = octets[0], let second = octets[1], octets[2] != nil, octets[3] != nil {
      return first == 127 || first == 10 || (first == 192 && second == 168)
        || (first == 172 && (16...31).contains(second))
    }
    return !host.isEmpty && (!host.contains(".") || host.hasSuffix(".localhost"))
  }
}

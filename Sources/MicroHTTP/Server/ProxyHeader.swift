// The PROXY protocol (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt): what a proxy of TCP, a load
// balancer for example, says first on each connection, so that the server learns the client's address. Only what the
// standard allows is taken: what reads the one way here and another way there could be the line of a request that
// somebody else wrote.

/// The header of a connection that came through a proxy of TCP.
struct ProxyHeader: Equatable {
  /// All of it, in bytes.
  var byteCount: Int
  /// Whom the connection comes from; nil where the proxy names nobody, as it does for its own.
  var client: RemoteAddress?

  /// What begins with the signature of version 2 or is a line of version 1; nil for anything else.
  static func read(_ bytes: ArraySlice<UInt8>) -> Greeting? {
    let known = min(bytes.count, signature.count)
    if bytes.prefix(known).elementsEqual(signature.prefix(known)) {
      // A single line end is more likely an empty line before a request.
      return known < signature.count ? .incomplete : version2(Array(bytes.prefix(maxBytes + 1)))
    }
    return version1(bytes)
  }

  // MARK: Version 1

  private static let word = Array("PROXY ".utf8)
  /// The longest line with its end, section 2.1.
  private static let maxLineBytes = 107

  private static func version1(_ bytes: ArraySlice<UInt8>) -> Greeting? {
    let known = min(bytes.count, word.count)
    guard bytes.prefix(known).elementsEqual(word.prefix(known)) else { return nil }
    guard known == word.count else { return .incomplete }
    guard let end = bytes.prefix(maxLineBytes).firstIndex(of: 0x0a) else {
      // A longer line can still be that of a request whose method is so called.
      return bytes.count < maxLineBytes ? .incomplete : nil
    }
    let line = String(decoding: bytes[..<end], as: UTF8.self)
    // Who may choose a method cannot make a header of a request.
    if line.contains(" HTTP/") { return nil }
    guard line.hasSuffix("\r") else { return .refused(.brokenProxyHeader) }
    return greeting(of: line.dropLast(), byteCount: end - bytes.startIndex + 1)
  }

  private static func greeting(of line: Substring, byteCount: Int) -> Greeting {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    let isNobody = words.count > 1 && words[1] == "UNKNOWN"
    if isNobody, words.count == 2 { return .proxyHeader(ProxyHeader(byteCount: byteCount, client: nil)) }
    guard words.count == 6, words[4...].allSatisfy(isPort),
      let source = RemoteAddress(parsing: String(words[2])), RemoteAddress(parsing: String(words[3])) != nil
    else { return .refused(.brokenProxyHeader) }
    let colons = words[2...3].count { $0.contains(":") }
    guard isNobody || (words[1] == "TCP4" && colons == 0) || (words[1] == "TCP6" && colons == 2) else {
      return .refused(.brokenProxyHeader)
    }
    return .proxyHeader(ProxyHeader(byteCount: byteCount, client: isNobody ? nil : source))
  }

  private static func isPort(_ text: Substring) -> Bool {
    (1...5).contains(text.utf8.count) && text.utf8.allSatisfy(\.isDigit) && UInt16(text) != nil
      && (text == "0" || text.first != "0")
  }

  // MARK: Version 2

  private static let signature: [UInt8] = [
    0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
  ]
  /// What is before the addresses.
  private static let prefixBytes = 16
  /// With the values that a proxy may add; they are passed over.
  private static let maxBytes = 4096

  private static func version2(_ bytes: [UInt8]) -> Greeting {
    guard bytes.count >= prefixBytes else { return .incomplete }
    let byteCount = prefixBytes + (Int(bytes[14]) << 8 | Int(bytes[15]))
    guard byteCount <= maxBytes, bytes[12] == 0x20 || bytes[12] == 0x21 else {
      return .refused(.brokenProxyHeader)
    }
    guard bytes.count >= byteCount else { return .incomplete }
    let isLocal = bytes[12] == 0x20
    let addresses = bytes[prefixBytes..<byteCount]
    switch bytes[13] {
    case _ where isLocal: return .proxyHeader(ProxyHeader(byteCount: byteCount, client: nil))
    case 0x11 where addresses.count >= 12:
      let host = addresses.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return .proxyHeader(ProxyHeader(byteCount: byteCount, client: .ipv4(host)))
    case 0x21 where addresses.count >= 36:
      let upper = addresses.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let lower = addresses.dropFirst(8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return .proxyHeader(
        ProxyHeader(byteCount: byteCount, client: RemoteAddress(upper: upper, lower: lower))
      )
    // Unspecified, or a unix socket of the proxy's machine: nobody is named.
    case 0x00, 0x31:
      return .proxyHeader(ProxyHeader(byteCount: byteCount, client: nil))
    default: return .refused(.brokenProxyHeader)
    }
  }
}

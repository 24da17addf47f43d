/// Why a text is no address of the Partner API.
public enum ServiceAddressError: Error, Equatable {
  /// It is not scheme and host.
  case malformed
  /// It is `http` to a host that is not local; holds the address without a slash at its end.
  case notEncrypted(String)
}

/// Where the Partner API is: `https://api.linqapp.com`, or a stand-in for it.
public struct ServiceAddress: Sendable, Hashable, CustomStringConvertible {
  /// Linq's own address.
  public static let linq = ServiceAddress(known: "https://api.linqapp.com")

  /// Scheme, host and port, with no slash at the end.
  public let description: String

  /// Reads a URL with no path. `http` is accepted for this machine and for host names without a dot, which
  /// only a local network knows: to any other host the token would be sent unencrypted.
  public init(_ text: String) throws(ServiceAddressError) {
    let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
    let parts = trimmed.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()), !parts[1].isEmpty,
      parts[1].utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      !parts[1].contains(where: { "/?#@".contains($0) })
    else {
      throw .malformed
    }
    guard parts[0].lowercased() == "https" || Self.isLocal(authority: parts[1]) else {
      throw .notEncrypted(trimmed)
    }
    description = trimmed
  }

  private init(known text: String) {
    description = text
  }

  private static func isLocal(authority: Substring) -> Bool {
    if authority.hasPrefix("[::1]") { return true }
    let host = authority.prefix { $0 != ":" }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    if octets.count == 4, octets.allSatisfy({ UInt8($0) != nil }) { return octets[0] == "127" }
    return !host.isEmpty && !host.contains(".") && !host.contains("[") && !host.utf8.allSatisfy(\.isDigit)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

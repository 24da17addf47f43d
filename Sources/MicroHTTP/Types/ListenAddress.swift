/// Where a server listens.
public enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
  /// A TCP port (0: any free one) of a host: an IPv4 or IPv6 address or a name. An empty host means all
  /// addresses of the machine.
  case tcp(host: String, port: UInt16)
  /// A unix stream socket that the server makes at this path and removes at the end.
  case unix(path: String)
  /// A listening socket that someone else made, for example systemd. It stays the caller's: the server neither
  /// closes it nor shuts it down, so that clients queue up on it while no server runs.
  case descriptor(Int32)

  /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080` or `unix:/path`.
  public init(parsing text: String) throws(ListenAddressError) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard path.hasPrefix("/") else { throw ListenAddressError(text: text, reason: .relativePath) }
      self = .unix(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":") else {
      throw ListenAddressError(text: text, reason: .missingPort)
    }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      throw ListenAddressError(text: text, reason: .badPort)
    }
    self = .tcp(host: try Self.host(text[..<colon], of: text), port: port)
  }

  private static func host(_ host: Substring, of text: String) throws(ListenAddressError) -> String {
    if host.hasPrefix("[") && host.hasSuffix("]") { return String(host.dropFirst().dropLast()) }
    guard !host.contains(":") else { throw ListenAddressError(text: text, reason: .bareIPv6) }
    guard !host.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "[" || $0 == "]" }) else {
      throw ListenAddressError(text: text, reason: .badHost)
    }
    return String(host)
  }

  /// The text that `init(parsing:)` reads; for a descriptor its number.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    case .descriptor(let number): "descriptor \(number)"
    }
  }
}

/// Why a text is not an address to listen on.
public struct ListenAddressError: Error, Equatable, CustomStringConvertible {
  enum Reason {
    case missingPort, badPort, bareIPv6, badHost, relativePath
  }

  let text: String
  let reason: Reason

  /// What is wrong and what to write.
  public var description: String {
    let hint =
      switch reason {
      case .missingPort: "it has no port; write for example 127.0.0.1:8080"
      case .badPort: "the port after the last colon must be a number from 0 to 65535"
      case .bareIPv6: "an IPv6 address needs brackets, for example [::1]:8080"
      case .badHost: "the part before the port must be an address or a host name"
      case .relativePath: "the path of a unix socket must begin with a slash, for example unix:/run/app.sock"
      }
    return "“\(text)” is not an address to listen on: \(hint)."
  }
}

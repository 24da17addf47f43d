/// Where a server listens.
public enum ListenSettings: Sendable, Equatable, CustomStringConvertible {
  /// A host (name, IPv4 address or IPv6 address without brackets) and a port; port 0 lets the system choose.
  case tcp(host: String, port: Int)
  /// A unix socket at an absolute path.
  case unix(path: String)
  /// The sockets that systemd hands over.
  case systemd

  /// The form that the file has.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    case .systemd: "systemd"
    }
  }

  /// Whether only this machine can connect: a unix socket or a loopback address.
  public var isLocal: Bool {
    switch self {
    case .unix: true
    case .systemd: false
    case .tcp(let host, _):
      host == "localhost" || InternetAddress.parse(host).map(InternetAddress.isLoopback) == true
    }
  }
}

extension ListenSettings {
  static let form = "host:port, [::1]:port, unix:/path or systemd, as in 127.0.0.1:8080"

  /// The longest path that fits into `sockaddr_un` on Linux, with its NUL.
  private static let maxUnixPathBytes = 107

  /// Reads an address; a relative unix path is taken from `folder`.
  init(parsing text: String, relativeTo folder: String) throws(ValueProblem) {
    if text == "systemd" {
      self = .systemd
    } else if text.hasPrefix("unix:") {
      self = .unix(path: try Self.unixPath(String(text.dropFirst(5)), folder: folder))
    } else {
      self = try Self.hostAndPort(text)
    }
  }

  private static func unixPath(_ text: String, folder: String) throws(ValueProblem) -> String {
    let path = try PathText.resolve(text, relativeTo: folder)
    guard path.utf8.count <= maxUnixPathBytes else {
      throw ValueProblem(
        "has a socket path of \(path.utf8.count) bytes; the system allows \(maxUnixPathBytes)."
      )
    }
    return path
  }

  private static func hostAndPort(_ text: String) throws(ValueProblem) -> ListenSettings {
    guard let colon = text.lastIndex(of: ":") else {
      throw ValueProblem("must be \(form), not \(Quoted.text(text)).")
    }
    var host = text[..<colon]
    let digits = text[text.index(after: colon)...]
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits), port <= 65535 else {
      throw ValueProblem("must end in a port between 0 and 65535, not \(Quoted.text(text)).")
    }
    if host.isEmpty {
      throw ValueProblem(
        "names no host. Write 127.0.0.1:\(port) for this machine, 0.0.0.0:\(port) for every address."
      )
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":"), InternetAddress.parse(host) != nil else {
        throw ValueProblem("has no IPv6 address between its brackets: \(Quoted.text(text)).")
      }
      return .tcp(host: String(host), port: port)
    }
    guard !host.contains(":") else {
      throw ValueProblem(
        "must have its IPv6 address in brackets, as in [::1]:8080, not \(Quoted.text(text))."
      )
    }
    guard isHost(host) else {
      throw ValueProblem(
        "has \(Quoted.text(String(host))) for a host, which is neither an address nor a name."
      )
    }
    return .tcp(host: String(host), port: port)
  }

  private static func isHost(_ host: Substring) -> Bool {
    if host.allSatisfy({ $0.isNumber || $0 == "." }) { return InternetAddress.parse(host) != nil }
    return host.utf8.count <= 253 && host.first != "-" && host.first != "."
      && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
  }

  /// Whether both cannot be bound at once: the same socket, or one port on an address and on all addresses.
  func conflicts(with other: ListenSettings) -> Bool {
    switch (self, other) {
    case (.unix(let path), .unix(let otherPath)): path == otherPath
    case (.tcp(_, 0), .tcp): false
    case (.tcp(let host, let port), .tcp(let otherHost, let otherPort)):
      port == otherPort
        && (Self.bytes(host) == Self.bytes(otherHost) || Self.isWildcard(host) || Self.isWildcard(otherHost))
    default: false
    }
  }

  private static func bytes(_ host: String) -> [UInt8] {
    host == "localhost" ? [127, 0, 0, 1] : InternetAddress.parse(host) ?? Array(host.lowercased().utf8)
  }

  private static func isWildcard(_ host: String) -> Bool {
    InternetAddress.parse(host)?.allSatisfy { $0 == 0 } == true
  }
}

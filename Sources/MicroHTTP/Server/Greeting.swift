// What a client says first. Before a connection goes to libmicrohttpd, which would answer what it does not understand
// with a page of its own and tell nobody whose it was, the first line is looked at: it must be one of HTTP/1. What else
// comes to a plain port now and then is known by its first bytes and told to the operator: they have set something up
// wrongly.

/// What the first bytes of a connection are.
enum Greeting: Equatable {
  /// Not enough of them are here.
  case incomplete
  /// A request line of HTTP/1, or empty lines before one. libmicrohttpd reads the rest.
  case request
  /// A header of the PROXY protocol; what the client says follows it.
  case proxyHeader(ProxyHeader)
  /// Something that is not served.
  case refused(HTTPRefusedGreeting)

  /// - Parameters:
  ///   - bytes: from the beginning of the connection, or from behind the header of the PROXY protocol.
  ///   - maxLineBytes: how long the request line may be.
  init(_ bytes: ArraySlice<UInt8>, maxLineBytes: Int) {
    guard let first = bytes.first else {
      self = .incomplete
      return
    }
    if let header = ProxyHeader.read(bytes) {
      self = header
    } else if first == 0x16 || first == 0x80 {
      self = Self.secured(bytes)
    } else if first == 0x0d || first == 0x0a {
      self = .request
    } else {
      self = first.isTokenByte ? Self.line(bytes, maxBytes: maxLineBytes) : .refused(.unknown)
    }
  }

  /// A ClientHello in a record of TLS or SSL 3 (RFC 8446, section 5.1), or in SSL 2's form.
  private static func secured(_ bytes: ArraySlice<UInt8>) -> Greeting {
    let isRecord = bytes.first == 0x16
    guard let mark = bytes.dropFirst(isRecord ? 1 : 2).first else { return .incomplete }
    return .refused(mark == (isRecord ? 3 : 1) ? .tls : .unknown)
  }

  private static func line(_ bytes: ArraySlice<UInt8>, maxBytes: Int) -> Greeting {
    guard let end = bytes.firstIndex(of: 0x0a) else {
      return bytes.count > maxBytes ? .refused(.lineTooLong) : .incomplete
    }
    var line = bytes[..<end]
    if line.last == 0x0d { line = line.dropLast() }
    // libmicrohttpd, too, takes what is behind the last blank for the version.
    guard let blank = line.lastIndex(of: 0x20) else { return .refused(.unknown) }
    let version = Array(line[(blank + 1)...])
    guard version.count == 8, version.starts(with: "HTTP/".utf8), version[5].isDigit,
      version[6] == UInt8(ascii: "."), version[7].isDigit
    else { return .refused(.unknown) }
    if version[5] == UInt8(ascii: "1") { return .request }
    return .refused(line.starts(with: "PRI * ".utf8) ? .http2 : .otherVersion)
  }
}

/// What a client may begin with that is not served on a plain port.
public enum HTTPRefusedGreeting: Sendable, Equatable, CaseIterable {
  /// TLS.
  case tls
  /// HTTP/2 without TLS.
  case http2
  /// A request of another version than HTTP/1.
  case otherVersion
  /// The PROXY protocol, from somebody who is not trusted to name clients.
  case untrustedProxyHeader
  /// Something that begins like the PROXY protocol and breaks its rules.
  case brokenProxyHeader
  /// A first line that has no end.
  case lineTooLong
  /// Nothing of which we know the name.
  case unknown

  /// The answer. Who speaks the PROXY protocol is a proxy, and passes on for somebody else what it is answered: that it
  /// is set up wrongly is no fault of theirs, so theirs is an answer after which a request is sent again.
  var answer: RawResponse {
    switch self {
    case .untrustedProxyHeader, .brokenProxyHeader: .unavailable
    case .http2, .otherVersion: .versionNotSupported
    case .lineTooLong: .headersTooLarge
    case .tls, .unknown: .badRequest
    }
  }

  /// What happened and what to do, for the log.
  var sentence: String {
    switch self {
    case .tls:
      "A client speaks TLS to this port, which is plain HTTP. Let the proxy in front end TLS, and connect with http://."
    case .http2:
      "A client speaks HTTP/2 without TLS (h2c); here it is HTTP/1.1. Set the proxy to HTTP/1.1 for this server."
    case .otherVersion:
      "A client speaks another version of HTTP; here it is HTTP/1.1."
    case .untrustedProxyHeader:
      "The PROXY protocol came from an address that is not trusted to name clients. Add it to the trusted proxies, or turn the protocol off at the proxy."
    case .brokenProxyHeader:
      "A header of the PROXY protocol is broken. Set the proxy to version 1 or 2 of it, for TCP."
    case .lineTooLong:
      "A request line is longer than request line and headers may be together."
    case .unknown:
      "What a client has said is no HTTP request."
    }
  }
}

extension UInt8 {
  /// Whether it is one of 0 to 9.
  var isDigit: Bool { (0x30...0x39).contains(self) }
}

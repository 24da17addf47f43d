// What is checked before libcurl sees it. Line ends in a header would let a value add headers of its own,
// and a NUL would cut a C string short.

extension HTTPClientConfiguration {
  func validate() throws(HTTPClientError) {
    guard Limits.isTimeout(connectTimeout) else {
      throw .invalidConfiguration(
        "The connect time-out is \(connectTimeout / .seconds(1)) s",
        Limits.timeoutAdvice
      )
    }
    guard Limits.counts.contains(maxConnectionsPerHost), Limits.counts.contains(maxIdleConnections),
      Limits.counts.contains(maxResponseHeaderBytes)
    else {
      throw .invalidConfiguration(
        "A limit of the HTTP client is not in 1…\(Limits.counts.upperBound)",
        "Correct it."
      )
    }
    guard userAgent.utf8.allSatisfy(\.isFieldByte) else {
      throw .invalidConfiguration("The user agent has control characters", "Use printable ones.")
    }
    if let file = certificateAuthorityFile, !FileCheck.isReadableFile(file) {
      throw .invalidConfiguration(
        "The certificate file \(file.debugDescription) cannot be read",
        "Name a readable file of PEM certificates."
      )
    }
  }
}

extension UploadFile {
  /// Looks at a file that is to be sent.
  ///
  /// - Throws: `invalidRequest` where it is not a regular file that this process may read.
  public init(path: String) throws(HTTPClientError) {
    guard let byteCount = FileCheck.byteCount(ofReadableFile: path) else { throw .unreadable(path) }
    self.init(path: path, byteCount: byteCount)
  }
}

extension OutgoingRequest {
  /// Says what `HTTPClient.send` would refuse, without sending anything: `invalidURL` or `invalidRequest`.
  public func validate() throws(HTTPClientError) {
    _ = try validatedOrigin()
  }

  /// Scheme, host and port of a request that can be sent.
  func validatedOrigin() throws(HTTPClientError) -> String {
    try validateParts()
    return try CurlURL.origin(of: url)
  }

  private func validateParts() throws(HTTPClientError) {
    guard method.isToken else {
      throw .invalidRequest(
        "The method \(method.debugDescription) is not a token",
        "Use GET, POST or the like."
      )
    }
    guard Limits.isTimeout(timeout) else {
      throw .invalidRequest("The time-out is \(timeout / .seconds(1)) s", Limits.timeoutAdvice)
    }
    guard maxResponseBytes >= 0 else {
      throw .invalidRequest("The limit of the answer's body is negative", "Use 0 or more bytes.")
    }
    if let path = unixSocketPath, !FileCheck.isSocketPath(path) {
      throw .invalidRequest(
        "\(path.debugDescription) cannot be the path of a unix socket",
        "Use a path of 1 to 107 bytes."
      )
    }
    for field in headers { try field.validate() }
    if case .multipart(let parts) = body {
      for part in parts { try part.validate() }
    }
  }
}

extension HTTPField {
  private static let ownedByClient: Set<String> = [
    "content-length", "transfer-encoding", "connection", "expect", "upgrade",
  ]

  func validate() throws(HTTPClientError) {
    guard name.isToken else {
      throw .invalidRequest(
        "The header name \(name.debugDescription) is not a token",
        "Use letters, digits and -."
      )
    }
    guard value.utf8.allSatisfy(\.isFieldByte) else {
      throw .invalidRequest("The value of the header \(name) has control characters", "Remove them.")
    }
    guard !Self.ownedByClient.contains(name.lowercased()) else {
      throw .invalidRequest("The header \(name) is set by the HTTP client itself", "Leave it out.")
    }
  }
}

extension MultipartPart {
  func validate() throws(HTTPClientError) {
    for text in [name, fileName ?? "", contentType ?? ""] where !text.utf8.allSatisfy(\.isFieldByte) {
      throw .invalidRequest(
        "The name, file name or content type of the part \(name.debugDescription) has control characters",
        "Remove them."
      )
    }
    if case .file(let path) = content, !FileCheck.isReadableFile(path) { throw .unreadable(path) }
  }
}

private enum Limits {
  static let counts = 1...0x7FFF_FFFF
  static let timeoutAdvice = "Use more than 0 and at most 86400 seconds."

  static func isTimeout(_ time: Duration) -> Bool {
    time >= .milliseconds(1) && time <= .seconds(86_400)
  }
}

extension HTTPClientError {
  fileprivate static func invalidConfiguration(_ fact: String, _ advice: String) -> HTTPClientError {
    HTTPClientError(.invalidConfiguration, "\(fact). \(advice)")
  }

  fileprivate static func invalidRequest(_ fact: String, _ advice: String) -> HTTPClientError {
    HTTPClientError(.invalidRequest, "\(fact). \(advice)")
  }
}

extension String {
  /// RFC 9110, section 5.6.2.
  fileprivate var isToken: Bool {
    !utf8.isEmpty && utf8.allSatisfy(\.isTokenByte)
  }
}

extension UInt8 {
  fileprivate var isTokenByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "!#$%&'*+-.^_`|~".utf8.contains(self)
    }
  }

  /// RFC 9110, section 5.5: no control characters but the tab.
  fileprivate var isFieldByte: Bool {
    self == 0x09 || (self >= 0x20 && self != 0x7F)
  }
}

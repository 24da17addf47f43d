internal import LinqhookAuthentication

/// The bytes that a scheme signs. They are fed to the key in pieces; nothing is concatenated.
struct SignedMessage {
  /// What is before the body, each part followed by a dot, exactly as in the headers.
  let prefixes: (String?, String?)

  static let bodyOnly = SignedMessage(prefixes: (nil, nil))

  static func stamped(timestamp: String) -> SignedMessage {
    SignedMessage(prefixes: (timestamp, nil))
  }

  static func identified(id: String, timestamp: String) -> SignedMessage {
    SignedMessage(prefixes: (id, timestamp))
  }

  func authenticationCode(under key: HMACSHA256Key, body: Span<UInt8>) -> AuthenticationCode {
    var message = key.message()
    if let first = prefixes.0 { Self.append(first, to: &message) }
    if let second = prefixes.1 { Self.append(second, to: &message) }
    message.append(body)
    return message.authenticationCode()
  }

  private static func append(_ prefix: String, to message: inout HMACSHA256Key.Message) {
    message.append(prefix.utf8.span)
    message.append(".".utf8.span)
  }
}

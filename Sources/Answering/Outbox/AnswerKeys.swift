import LinqAPI
import LinqEvents
import LinqhookAuthentication

/// The idempotency keys of the answers of one handler to one event: the same after every kill, different for all else, and
/// valid in both APIs. A key has 54 characters at most, of 64 that V2 takes.
struct AnswerKeys: Sendable {
  private static let bytesOfHash = 24
  private let prefix: String

  init(eventID: String, handler: String) throws {
    // Only used as a hash: the secret is none.
    var message = try HMACSHA256Key(Secret("linqhook answer")).message()
    message.append("\(eventID.utf8.count):\(eventID)\(handler)".utf8.span)
    let code = message.authenticationCode().bytes
    var digits: [UInt8] = []
    for index in 0..<Self.bytesOfHash {
      digits += [Hexadecimal.digit(code[index] >> 4), Hexadecimal.digit(code[index] & 0xF)]
    }
    prefix = "lh-" + String(decoding: digits, as: UTF8.self)
  }

  /// The key of the action at that position.
  func key(at position: Int) throws(LinqAPIError) -> IdempotencyKey {
    try IdempotencyKey(parsing: "\(prefix)-\(position)")
  }
}

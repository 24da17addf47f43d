private import Synchronization

/// A key for HMAC-SHA256 (RFC 2104, FIPS 198-1), prepared once and used by any number of tasks at once.
///
/// Preparing a key hashes it into the inner and outer state. That work is done in `init` and kept in
/// libcrypto contexts, so that a message costs only its own blocks. A context is used by one message at a
/// time; idle ones are kept in a list, which grows to the highest number of messages ever computed at once.
///
/// A message is passed in pieces and nothing is concatenated:
///
///     var message = key.message()
///     message.append(timestamp.utf8.span)
///     message.append(body.span)
///     let code = message.authenticationCode()
public final class HMACSHA256Key: Sendable {
  private let prepared: HMACContext
  private let idle: Mutex<[HMACContext]>

  /// Prepares the key.
  ///
  /// Throws ``AuthenticationError/algorithmUnavailable`` or ``AuthenticationError/keyRefused(byteCount:)``.
  public init(_ secret: Secret) throws(AuthenticationError) {
    prepared = try secret.withBytes { key throws(AuthenticationError) in try HMACContext(key: key) }
    idle = Mutex([])
  }

  /// Begins a message under this key.
  public func message() -> Message {
    let context = idle.withLock { $0.popLast() } ?? prepared.duplicate()
    context.restart()
    return Message(key: self, context: context)
  }

  private func takeBack(_ context: HMACContext) {
    idle.withLock { $0.append(context) }
  }

  /// A message in progress. It belongs to one task.
  public struct Message: ~Copyable {
    private let key: HMACSHA256Key
    private let context: HMACContext

    fileprivate init(key: HMACSHA256Key, context: HMACContext) {
      self.key = key
      self.context = context
    }

    deinit { key.takeBack(context) }

    /// Adds the next piece. The code does not depend on how the message is divided.
    public mutating func append(_ piece: Span<UInt8>) {
      context.update(piece)
    }

    /// Ends the message and returns its code.
    public consuming func authenticationCode() -> AuthenticationCode {
      AuthenticationCode(bytes: context.finish())
    }
  }
}

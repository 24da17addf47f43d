/// The 32 bytes that HMAC-SHA256 gives for a message.
///
/// It has no `==` on purpose: the only comparison is ``isEqual(to:)``, whose time does not depend on where
/// two codes differ. Otherwise a sender could find a code byte by byte by measuring the time.
public struct AuthenticationCode: Sendable {
  /// How many bytes every code has.
  public static let byteCount = 32

  /// The code itself. Send it, but never log it: with it anyone could forge the message.
  public let bytes: InlineArray<32, UInt8>

  /// Takes a sender's code, decoded from hexadecimal digits or base64.
  public init(bytes: InlineArray<32, UInt8>) {
    self.bytes = bytes
  }

  /// Takes a code from exactly 32 bytes; any other number gives nil.
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = InlineArray { index in bytes[index] }
  }

  /// Whether both codes are the same, in constant time.
  public func isEqual(to other: AuthenticationCode) -> Bool {
    ConstantTime.areEqual(bytes.span, other.bytes.span)
  }
}

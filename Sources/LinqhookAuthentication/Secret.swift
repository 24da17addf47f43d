/// A shared secret: bytes that are never printed and are wiped when the last reference goes.
///
/// The text or array that it was made from is not wiped. Make the secret early and drop the source.
public final class Secret: Sendable {
  private let memory: WipedMemory

  /// How many bytes the secret has; at least 1.
  public var byteCount: Int { memory.byteCount }

  /// Copies `bytes`. Throws ``AuthenticationError/emptySecret`` when there are none.
  public init(_ bytes: Span<UInt8>) throws(AuthenticationError) {
    guard !bytes.isEmpty else { throw .emptySecret }
    memory = WipedMemory(copying: bytes)
  }

  /// Copies `bytes`. Throws ``AuthenticationError/emptySecret`` when there are none.
  public convenience init(_ bytes: [UInt8]) throws(AuthenticationError) {
    try self.init(bytes.span)
  }

  /// Copies the UTF-8 bytes of `text`. Throws ``AuthenticationError/emptySecret`` when there are none.
  public convenience init(_ text: String) throws(AuthenticationError) {
    try self.init(text.utf8.span)
  }

  /// Lets `write` put at most `capacity` bytes straight into memory that will be wiped, so that a derived
  /// key never lies in an ordinary array. Throws ``AuthenticationError/emptySecret`` when it writes none.
  public init(
    capacity: Int,
    writtenBy write: (inout OutputSpan<UInt8>) -> Void
  ) throws(AuthenticationError) {
    let written = WipedMemory(capacity: max(capacity, 1), writtenBy: write)
    guard written.byteCount > 0 else { throw .emptySecret }
    memory = written
  }

  /// Shows the bytes to `body`, which must not keep a copy.
  public func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try memory.withBytes(body)
  }

  /// Whether both hold the same bytes. The time taken depends on the lengths, never on the bytes.
  public func isEqual(to other: Secret) -> Bool {
    memory.withBytes { mine in
      other.memory.withBytes { theirs in ConstantTime.areEqual(mine, theirs) }
    }
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `<secret>`.
  public var description: String { "<secret>" }

  /// Always `<secret>`.
  public var debugDescription: String { "<secret>" }

  /// Shows no children, so that `dump` and a test's failure report show none either.
  public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// Something that happens in a script and is waited for in a test.
public struct Signal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  /// A signal that has not fired.
  public init() {
    (stream, continuation) = AsyncStream.makeStream()
  }

  /// Says that it happened.
  public func fire() {
    continuation.yield()
  }

  /// Waits for the next time that it happens; times from before the call count.
  public func wait() async {
    var iterator = stream.makeAsyncIterator()
    await iterator.next()
  }
}

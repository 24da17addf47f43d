import Synchronization

/// Names one request of one loop.
public struct HTTPRequestToken: Sendable, Hashable {
  /// The loop that the request came in by.
  public let loop: Int
  /// The connection's place in the loop's table.
  let slot: Int
  /// Counts the loop's requests from 1.
  let number: UInt64

  /// Makes a token by hand, for requests that come from no socket.
  public init(loop: Int, slot: Int, number: UInt64) {
    self.loop = loop
    self.slot = slot
    self.number = number
  }
}

/// The answer to a request that was to be answered later.
public struct HTTPReply: Sendable {
  /// The request.
  public var token: HTTPRequestToken
  /// Its answer.
  public var response: HTTPResponse

  /// Pairs a request with its answer.
  public init(_ token: HTTPRequestToken, _ response: HTTPResponse) {
    self.token = token
    self.response = response
  }
}

/// Carries answers from any thread to the loop that waits for them.
///
/// A reply whose client is gone, whose time has run out, or whose server has stopped, is dropped.
///
/// What waits are not answers but what makes them, and the loop does that on its own thread: an answer is a dozen
/// small pieces of memory, which are dear where one thread takes them and another gives them back.
public final class HTTPReplyQueue: Sendable {
  /// Makes the answers of a batch.
  public typealias Maker = @Sendable () -> [HTTPReply]

  private struct Waiting {
    var makers: [Maker] = []
    var isClosed = false
  }

  private enum Destination {
    case loop(wake: @Sendable () -> Void)
    case receiver(@Sendable ([HTTPReply]) -> Void)
  }

  private let waiting = Mutex(Waiting())
  private let destination: Destination

  /// Makes the queue of a loop; `wake` ends the loop's wait.
  init(wake: @escaping @Sendable () -> Void) {
    destination = .loop(wake: wake)
  }

  /// Makes a queue that belongs to no server: each batch goes to `receiver`, on the sender's thread.
  /// For calling a handler in a test.
  public init(receiver: @escaping @Sendable ([HTTPReply]) -> Void) {
    destination = .receiver(receiver)
  }

  /// Hands over a batch that is made already; see ``send(madeBy:)``.
  public func send(_ replies: [HTTPReply]) {
    if !replies.isEmpty { send(madeBy: { replies }) }
  }

  /// Hands over a batch, from any thread: one lock and at most one wake-up for all of it. `make` is called once on the
  /// loop's thread, or never when the server has stopped.
  public func send(madeBy make: @escaping Maker) {
    switch destination {
    case .receiver(let receive): receive(make())
    case .loop(let wake): if enqueue(make) { wake() }
    }
  }

  /// Whether the loop has to be told: it has been since the last batch that still waits.
  private func enqueue(_ make: @escaping Maker) -> Bool {
    waiting.withLock { waiting in
      guard !waiting.isClosed else { return false }
      defer { waiting.makers.append(make) }
      return waiting.makers.isEmpty
    }
  }

  /// Takes all that waits.
  func take() -> [Maker] {
    waiting.withLock { waiting in
      defer { waiting.makers = [] }
      return waiting.makers
    }
  }

  /// From now on replies are dropped.
  func close() {
    waiting.withLock { waiting in
      waiting.isClosed = true
      waiting.makers = []
    }
  }
}

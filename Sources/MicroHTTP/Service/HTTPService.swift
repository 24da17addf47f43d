/// What a server serves. It makes one handler for each loop.
public protocol HTTPService: Sendable {
  /// Makes the handler of one loop, on that loop's thread. Answers that come later go into `replies`.
  func makeLoopHandler(loop: Int, replies: HTTPReplyQueue) -> any HTTPLoopHandler
}

/// The service's part in one loop. All methods are called on the loop's own thread: no locks are needed, and
/// none of them may block, because every connection of the loop waits meanwhile.
public protocol HTTPLoopHandler: AnyObject {
  /// The head of a request is here and its framing is sound. Decides whether its body is wanted.
  func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission
  /// The whole request is here; answers it, or says that the answer comes later.
  func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition
  /// The server refuses a request by itself: for its framing (400), the length of its body (413) or head (431), or
  /// because bodies take too much memory (503). Not told of requests whose head never came as a whole.
  /// - Returns: fields to add to the answer.
  func refused(_ request: borrowing HTTPRequest, status: Int) -> [HTTPHeaderField]
  /// The server has answered 503 to a request that was to be answered later, because its time is over or the server
  /// ends. A reply that still comes is dropped.
  func respondedUnavailable(_ token: HTTPRequestToken)
  /// All that could be read has been handled: the moment to hand a batch on.
  func turnEnded()
}

/// What becomes of a request whose head is here.
public enum HTTPAdmission: Sendable {
  /// Read the body. Past `maxBytes` bytes the server answers 413 itself.
  case receiveBody(maxBytes: Int)
  /// Answer at once. A body of up to 64 KiB is read and dropped first, so that the connection can stay open;
  /// with a longer one the connection closes.
  case respond(HTTPResponse)
}

/// What becomes of a request that is here as a whole.
public enum HTTPDisposition: Sendable {
  /// This is the answer.
  case respond(HTTPResponse)
  /// The answer comes through the loop's `HTTPReplyQueue`, under the request's token. When it has not come
  /// after `HTTPLimits.responseTimeoutSeconds` the server answers 503, and a later reply is dropped.
  case respondLater
}

extension HTTPLoopHandler {
  /// Adds nothing.
  public func refused(_ request: borrowing HTTPRequest, status: Int) -> [HTTPHeaderField] { [] }

  /// Does nothing: only a handler that counts its answers needs to know.
  public func respondedUnavailable(_ token: HTTPRequestToken) {}

  /// Does nothing: a handler that collects no batches needs no word at the end of a turn.
  public func turnEnded() {}
}

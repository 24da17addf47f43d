/// A service that is one asynchronous function: for addresses where comfort counts more than speed. The
/// function gets a copy of each request, and as many calls may run at once as there are connections.
public final class HTTPClosureService: HTTPService {
  private let maxBodyBytes: Int
  private let respond: @Sendable (HTTPSnapshot) async -> HTTPResponse

  /// Makes the service; bodies over `maxBodyBytes` bytes are answered 413 before the function sees them.
  public init(
    maxBodyBytes: Int = 1 << 20,
    respond: @escaping @Sendable (HTTPSnapshot) async -> HTTPResponse
  ) {
    self.maxBodyBytes = maxBodyBytes
    self.respond = respond
  }

  /// Makes the handler of one loop.
  public func makeLoopHandler(loop: Int, replies: HTTPReplyQueue) -> any HTTPLoopHandler {
    Handler(maxBodyBytes: maxBodyBytes, replies: replies, respond: respond)
  }

  private final class Handler: HTTPLoopHandler {
    private let maxBodyBytes: Int
    private let replies: HTTPReplyQueue
    private let respond: @Sendable (HTTPSnapshot) async -> HTTPResponse

    init(
      maxBodyBytes: Int,
      replies: HTTPReplyQueue,
      respond: @escaping @Sendable (HTTPSnapshot) async -> HTTPResponse
    ) {
      self.maxBodyBytes = maxBodyBytes
      self.replies = replies
      self.respond = respond
    }

    func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission {
      .receiveBody(maxBytes: maxBodyBytes)
    }

    func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
      let snapshot = request.snapshot(body: body)
      let token = request.token
      Task { [replies, respond] in
        replies.send([HTTPReply(token, await respond(snapshot))])
      }
      return .respondLater
    }
  }
}

/// A service that is one asynchronous function: for addresses where comfort counts more than speed. The
/// function gets a copy of each request, and as many calls may run at once as there are connections.
public final class HTTPClosureService: HTTPService {
  private let bodyBytesMax: Int
  private let respond: @Sendable (HTTPSnapshot) async -> HTTPResponse

  /// Makes the service; bodies over `bodyBytesMax` bytes are answered 413 before the function sees them.
  public init(
    bodyBytesMax: Int = 1 << 20,
    respond: @escaping @Sendable (HTTPSnapshot) async -> HTTPResponse
  ) {
    self.bodyBytesMax = bodyBytesMax
    self.respond = respond
  }

  /// Makes the handler of one shard.
  public func makeShardHandler(shard: Int, replies: HTTPReplyQueue) -> any HTTPShardHandler {
    Handler(bodyBytesMax: bodyBytesMax, replies: replies, respond: respond)
  }

  private final class Handler: HTTPShardHandler {
    private let bodyBytesMax: Int
    private let replies: HTTPReplyQueue
    private let respond: @Sendable (HTTPSnapshot) async -> HTTPResponse

    init(
      bodyBytesMax: Int,
      replies: HTTPReplyQueue,
      respond: @escaping @Sendable (HTTPSnapshot) async -> HTTPResponse
    ) {
      self.bodyBytesMax = bodyBytesMax
      self.replies = replies
      self.respond = respond
    }

    func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission {
      .receiveBody(bytesMax: bodyBytesMax)
    }

    func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
      let snapshot = request.snapshot(body: body)
      let token = request.token
      Task { [replies, respond] in
        replies.send([HTTPReply(token, await respond(snapshot))])
      }
      return .answerLater
    }
  }
}

public import Answering
import LinqAPI
import LinqEvents
import LinqhookConfiguration
import LinqhookDelivery
import LinqhookHTTPClient
import Logging

// From the settings of a handler that answers to what does it.

/// What all handlers share that do something at Linq: one pool of connections, one pace, one set of figures. It lasts
/// from the start to the end; a reload makes handlers anew, and they go on with it.
final class LinqServices: Sendable {
  /// Linq's own answer time is far below; a send that takes longer is tried again with the same key.
  private static let timeout = Duration.seconds(30.0)
  private static let maxConnections = 16

  let pacer = MessagePacer()
  let statistics = AnsweringStatistics()
  private let http: HTTPClient

  init() throws(DaemonError) {
    do throws(HTTPClientError) {
      http = try HTTPClient(HTTPClientConfiguration(maxConnectionsPerHost: Self.maxConnections))
    } catch {
      throw .handler(name: "linq", reason: "\(error)")
    }
  }

  /// The client that the settings ask for; nil without a token.
  func client(_ settings: LinqSettings) throws(LinqAPIError) -> LinqClient? {
    guard let token = settings.token else { return nil }
    // Waits for the rate limit are the lane's business: here they would hold a place that other chats need.
    return try LinqClient(
      settings,
      token: token,
      http: http,
      timeout: Self.timeout,
      maxWait: .seconds(0)
    )
  }
}

extension HandlerContext {
  /// The handler of a program that may answer; the program itself where it does nothing at Linq.
  func target(_ program: any AnsweringHandler, _ settings: AnsweringSettings) throws
    -> HandlerRegistration.Target
  {
    guard settings.isInUse else { return .single(program) }
    let client = try services.client(linq)
    return .single(
      AnsweringDelivery(
        program,
        options: AnsweringOptions(name: self.settings.name, settings),
        linq: client,
        pacer: services.pacer,
        attachments: try settings.attachments.map { try attachments($0, client) },
        statistics: services.statistics,
        logger: logger
      )
    )
  }

  /// The folder of attachments.
  func attachments(_ settings: AttachmentSettings, _ client: LinqClient?) throws -> AttachmentStore {
    try AttachmentStore(
      AttachmentOptions(
        folder: settings.folder,
        maxBytes: Int64(settings.maxBytes),
        keep: settings.keep,
        allowedHosts: linq.attachmentHosts,
        // A stand-in for Linq on this machine serves its attachments itself.
        allowsLoopback: !linq.url.hasPrefix("https:")
      ),
      linq: client,
      statistics: services.statistics,
      logger: logger
    )
  }
}

extension AnsweringOptions {
  init(name: String, _ settings: AnsweringSettings) {
    self.init(
      name: name,
      sendsReplies: settings.reply != .off,
      showsTyping: settings.typing,
      marksRead: settings.read,
      guard: MessageGuard(
        own: .init(settings.guard.own),
        reconciled: .init(settings.guard.reconciled),
        optedOut: .init(settings.guard.optedOut)
      ),
      replyLimit: ReplyLimit(
        count: settings.replyLimit.count,
        per: settings.replyLimit.per
      )
    )
  }
}

extension MessageGuard.Rule {
  init(_ rule: GuardRule) {
    self =
      switch rule {
      case .skip: .skip
      case .pass: .pass
      }
  }
}

extension HandlerRegistry {
  /// Makes what answers for one handler of a type; throws a sentence for the operator.
  public typealias ResponderFactory = @Sendable (HandlerContext) throws -> any Responder

  /// Adds a type of one's own that answers: what it returns is sent once, in order, after it is on disk. Its handlers
  /// take `reply: actions` and the other keys of answers as well.
  public mutating func register(responder type: String, factory: @escaping ResponderFactory) {
    register(type) { context in
      try context.target(
        RespondingHandler(try factory(context)),
        context.settings.kind.answering ?? AnsweringSettings()
      )
    }
    answeringTypes.insert(type)
  }
}

import Answering
import LinqAPI
import LinqEvents
import LinqSandbox
import LinqhookDelivery
import LinqhookHTTPClient
import LinqhookInbox
import Logging
import MicroHTTP
import Testing

/// A running sandbox with a client for it.
struct LinqStandIn {
  static let line = "+12025550199"
  static let person = "+12025550147"

  let url: String
  let http: HTTPClient
  let linq: LinqClient
  let statistics = AnsweringStatistics()

  /// Runs a sandbox while `body` runs.
  static func run<Result>(
    api: APIVersion = .v3,
    _ configure: (inout SandboxConfiguration) -> Void = { _ in },
    _ body: (LinqStandIn) async throws -> Result
  ) async throws -> Result {
    var configuration = SandboxConfiguration(listen: .tcp(host: "127.0.0.1", port: 0), timeScale: 1000)
    configuration.peopleAnswer = false
    configure(&configuration)
    let sandbox = try Sandbox(configuration)
    let url = "http://\(sandbox.addresses[0])"
    let http = try HTTPClient()
    let linq = LinqClient(
      address: try ServiceAddress(parsing: url),
      token: try IntegrationToken("any"),
      version: api,
      http: http
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await sandbox.run() }
      let result: Swift.Result<Result, any Error>
      do { result = .success(try await body(LinqStandIn(url: url, http: http, linq: linq))) } catch {
        result = .failure(error)
      }
      await sandbox.stop()
      try await group.waitForAll()
      await http.shutdown()
      return try result.get()
    }
  }

  /// Lets a person write; gives the ids for V3 and V2.
  func write(
    _ text: String,
    from person: String = person,
    attachments: [JSONValue] = []
  ) async throws -> (chat: String, message: String, v2Chat: String, v2Message: String) {
    var fields: [JSONValue.Member] = [.init("from", JSONValue(person)), .init("text", JSONValue(text))]
    if !attachments.isEmpty { fields.append(.init("attachments", .array(attachments))) }
    let json = try await post("/sandbox/messages", .object(fields))
    func value(_ path: String) throws -> String {
      let found = json.value(at: path.split(separator: ".").map(String.init))
      return try #require(found?.string ?? found?.integer.map { String($0) })
    }
    return (
      try value("chat_id"), try value("message_id"), try value("v2.chat_id"), try value("v2.message_id")
    )
  }

  /// Calls the sandbox itself.
  @discardableResult
  func post(_ path: String, _ json: JSONValue) async throws -> JSONValue {
    let response = try await http.send(
      OutgoingRequest(
        method: "POST",
        url: "\(url)\(path)",
        headers: [HTTPField("Content-Type", "application/json")],
        body: .bytes(json.compactBytes)
      )
    )
    try #require((200...299).contains(response.status), "\(String(decoding: response.body, as: UTF8.self))")
    return try JSONValue(parsing: response.body.span)
  }

  /// What the bot has sent into a chat, oldest first.
  func sent(_ chat: String) async throws -> [String] {
    let page = try await linq.messages(ofChat: try #require(ResourceID(chat)), limit: 100).value
    // V3 lists the newest first, V2 last.
    let inOrder = linq.version == .v3 ? page.items.reversed() : page.items
    return inOrder.filter { $0.isFromMe ?? ($0.sentFrom == Self.line) }.map { $0.text ?? "" }
  }

  /// A handler around a program.
  func delivery(
    _ program: any AnsweringHandler,
    name: String = "bot",
    replyLimit: ReplyLimit = ReplyLimit(count: 1000),
    pacer: MessagePacer = MessagePacer(),
    attachments: AttachmentStore? = nil,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ change: (inout AnsweringOptions) -> Void = { _ in }
  ) -> AnsweringDelivery {
    var options = AnsweringOptions(name: name, sendsReplies: true, replyLimit: replyLimit)
    change(&options)
    return AnsweringDelivery(
      program,
      options: options,
      linq: linq,
      pacer: pacer,
      attachments: attachments,
      statistics: statistics,
      logger: logger
    )
  }

  /// How often an action came to a result.
  func count(_ action: ActionKind, _ result: AnsweringStatistics.ActionResult) -> Int {
    statistics.snapshot.actions.filter { $0.key.action == action && $0.key.result == result }.map(\.value)
      .reduce(0, +)
  }
}

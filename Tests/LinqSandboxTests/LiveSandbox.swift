import Foundation
import LinqEvents
import LinqSandbox
import LinqhookHTTPClient
import MicroHTTP
import Testing

/// Runs a sandbox on a free port while `body` runs.
func withSandbox<Result>(
  _ configure: (inout SandboxConfiguration) -> Void = { _ in },
  _ body: (LiveSandbox) async throws -> Result
) async throws -> Result {
  var configuration = SandboxConfiguration(listen: .tcp(host: "127.0.0.1", port: 0), timeScale: 1000)
  configure(&configuration)
  let sandbox = try Sandbox(configuration)
  let live = LiveSandbox(sandbox: sandbox, http: try HTTPClient(), url: "http://\(sandbox.addresses[0])")
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { await sandbox.run() }
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(live)) } catch { result = .failure(error) }
    await sandbox.stop()
    try await group.waitForAll()
    await live.http.shutdown()
    return try result.get()
  }
}

/// A running sandbox, as its clients see it.
struct LiveSandbox {
  let sandbox: Sandbox
  let http: HTTPClient
  let url: String

  /// Calls the API; `json` nil sends no body.
  func call(
    _ method: String,
    _ path: String,
    _ json: JSONValue? = nil,
    token: String? = "any"
  ) async throws -> Answer {
    let headers =
      (token.map { [HTTPField("X-LINQ-INTEGRATION-TOKEN", $0)] } ?? [])
      + (json == nil ? [] : [HTTPField("Content-Type", "application/json")])
    let response = try await http.send(
      OutgoingRequest(
        method: method,
        url: "\(url)/api/partner/v2/\(path)",
        headers: headers,
        body: json.map { .bytes($0.compactBytes) } ?? .none
      )
    )
    return Answer(
      status: response.status,
      body: response.body,
      retryAfter: response.header("Retry-After")
    )
  }

  /// Subscribes a receiver; gives the subscription's id.
  @discardableResult
  func subscribe(
    _ receiver: Receiver,
    events: [String] = EventTypes.v2,
    secret: String? = Receiver.secret
  ) async throws -> Int {
    var draft: [JSONValue.Member] = [
      .init("webhook_url", "\(receiver.url)"), .init("version", 2),
      .init("events", .array(events.map { "\($0)" })),
    ]
    if let secret { draft.append(.init("secret", "\(secret)")) }
    let answer = try await call("POST", "webhook_subscriptions", ["webhook_subscription": .object(draft)])
    #expect(answer.status == 201)
    return try #require(answer.number("webhook_subscription.id"))
  }

  /// Sends one message; gives the ids of chat and message.
  @discardableResult
  func send(_ text: String = "Hello", key: String? = nil) async throws -> (chat: Int, message: Int) {
    var message = [JSONValue.Member("text", "\(text)")]
    if let key { message.append(.init("idempotency_key", "\(key)")) }
    let answer = try await call(
      "POST",
      "chats",
      [
        "send_from": "+12025550199", "chat": ["phone_numbers": ["2025550147"]], "message": .object(message),
      ]
    )
    #expect(answer.status == 200)
    return (try #require(answer.number("data.id")), try #require(answer.number("data.chat_messages.id")))
  }

  /// The report when nothing is under way any more.
  func settledReport() async throws -> SandboxReport {
    let response = try await http.send(
      OutgoingRequest(
        method: "GET",
        url: "\(url)/sandbox/report?wait=30",
        timeout: .seconds(40),
        maxResponseBytes: 64 << 20
      )
    )
    let report = try #require(SandboxReport(json: response.body))
    try #require(!report.isPending)
    return report
  }
}

/// An answer of the sandbox.
struct Answer {
  let status: Int
  let body: [UInt8]
  var retryAfter: String?
  var traceID: String?

  var text: String { String(decoding: body, as: UTF8.self) }

  func json() throws -> JSONValue { try JSONValue(parsing: body.span) }

  func value(_ path: String) -> String? {
    (try? JSONPath(path))?.value(in: body.span)?.text
  }

  func number(_ path: String) -> Int? { value(path).flatMap { Int($0) } }
}

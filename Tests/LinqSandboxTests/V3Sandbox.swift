import LinqEvents
import LinqSandbox
import LinqhookHTTPClient
import OpenAPISupport
import Testing

extension Answer {
  /// What V3 calls the message of a send.
  var messageID: String? { value("message.id") ?? value("chat.message.id") }
  var chatID: String? { value("chat_id") ?? value("chat.id") }
}

/// Calls of V3, as their clients make them. Each answer is compared with Linq's description.
extension LiveSandbox {
  static let line = "+12025550199"
  static let person = "+12025550147"

  func v3(
    _ method: String,
    _ path: String,
    _ json: JSONValue? = nil,
    authorization: String? = "Bearer any",
    headers: [HTTPField] = []
  ) async throws -> Answer {
    try await request(
      method,
      "/api/partner/v3/\(path)",
      json.map { $0.compactBytes },
      headers: headers + (authorization.map { [HTTPField("Authorization", $0)] } ?? [])
        + (json == nil ? [] : [HTTPField("Content-Type", "application/json")])
    )
  }

  /// Lets something happen at the other side.
  @discardableResult
  func trigger(_ name: String, _ json: JSONValue) async throws -> Answer {
    let answer = try await request("POST", "/sandbox/\(name)", json.compactBytes, headers: [])
    #expect(answer.status == 202, "\(answer.text)")
    return answer
  }

  func request(
    _ method: String,
    _ path: String,
    _ body: [UInt8]?,
    headers: [HTTPField]
  ) async throws -> Answer {
    let response = try await http.send(
      OutgoingRequest(
        method: method,
        url: path.hasPrefix("http") ? path : "\(url)\(path)",
        headers: headers,
        body: body.map { .bytes($0) } ?? .none
      )
    )
    if path.hasPrefix("/api/partner/v3/") {
      try expectDescribed(response, to: method, path, body ?? [], headers)
    }
    return Answer(
      status: response.status,
      body: response.body,
      retryAfter: response.header("Retry-After"),
      traceID: response.header("X-Trace-ID")
    )
  }

  private func expectDescribed(
    _ response: IncomingResponse,
    to method: String,
    _ target: String,
    _ body: [UInt8],
    _ headers: [HTTPField]
  ) throws {
    let violations = try OpenAPIDescription.v3()
      .violations(
        in: DescribedAnswer(
          status: response.status,
          headers: response.headers.map { ($0.name, $0.value) },
          body: response.body
        ),
        to: DescribedRequest(
          method: method,
          target: target,
          headers: headers.map { ($0.name, $0.value) },
          body: body
        )
      )
    #expect(
      violations.isEmpty,
      "\(method) \(target): \(violations) in \(String(decoding: response.body, as: UTF8.self))"
    )
  }

  /// Sends a text by V3, in a new chat or the one that is there.
  func sendV3(_ text: String = "Hello", key: String? = nil, to person: String = Self.person) async throws
    -> Answer
  {
    var message: [JSONValue.Member] = [.init("parts", [["type": "text", "value": JSONValue(text)]])]
    if let key { message.append(.init("idempotency_key", JSONValue(key))) }
    return try await v3(
      "POST",
      "chats",
      ["from": JSONValue(Self.line), "to": [JSONValue(person)], "message": .object(message)]
    )
  }

  /// Subscribes a receiver by V3; gives the answer with the secret.
  @discardableResult
  func subscribeV3(
    _ url: String,
    events: [String] = EventTypes.v3,
    more: [JSONValue.Member] = []
  ) async throws -> Answer {
    let members: [JSONValue.Member] = [
      .init("target_url", JSONValue(url)), .init("subscribed_events", .array(events.map { JSONValue($0) })),
    ]
    let answer = try await v3("POST", "webhook-subscriptions", .object(members + more))
    #expect(answer.status == 201, "\(answer.text)")
    return answer
  }
}

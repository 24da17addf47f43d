import LinqEvents
import OpenAPISupport
import Testing

/// The comparison with Linq's description finds what is wrong with a call or an answer, and where.
@Suite struct DescriptionCheckTests {
  private static let chat = "/api/partner/v3/chats/\(V3Answers.chatID)"
  private static let send =
    #"{"message":{"parts":[{"type":"text","value":"hi"}],"idempotency_key":"k"}}"#

  private static func request(
    _ method: String = "POST",
    _ target: String = "\(chat)/messages",
    body: String = send,
    headers: [(name: String, value: String)] = [
      ("Authorization", "Bearer t"), ("Content-Type", "application/json"),
    ]
  ) -> DescribedRequest {
    DescribedRequest(method: method, target: target, headers: headers, body: Array(body.utf8))
  }

  @Test func aGoodCallHasNothingWrong() throws {
    let description = try OpenAPIDescription.v3()
    #expect(description.violations(in: Self.request()).isEmpty)
    #expect(description.operation(Self.request()) == "POST /v3/chats/{chatId}/messages")
    let list = Self.request("GET", "\(Self.chat)/messages?limit=100&cursor=a%20b", body: "")
    #expect(description.violations(in: list).isEmpty)
  }

  @Test(arguments: [
    (#"{"messages":{}}"#, "body.message: is missing"), ("{", "no JSON"), ("[]", "body: is no object"),
    (#"{"message":{"parts":[]}}"#, "body.message.parts: has too few elements"),
    (#"{"message":{"parts":[{"type":"text","value":1}]}}"#, "body.message.parts.0.value: is no string"),
    (#"{"message":{"parts":[{"type":"text","value":""}]}}"#, "body.message.parts.0.value: is too short"),
    (#"{"message":{"parts":[{"type":"txt","value":"a"}]}}"#, "body.message.parts.0.type"),
    (#"{"message":{"parts":[{"type":"text","value":"a"}],"key":"k"}}"#, "body.message.key: is not in"),
    (#"{"message":{"parts":[{"type":"text","value":"a"}]},"extra":1}"#, "body.extra: is not in"),
    (#"{"message":{"parts":[{"type":"media"}]}}"#, "body.message.parts.0"),
    (
      #"{"message":{"parts":[{"type":"media","url":"https://a/b","attachment_id":"cafbbbbd-6ea2-599d-b85e-3a4fed95b82f"}]}}"#,
      "fits 2 of the alternatives"
    ),
    (#"{"message":{"parts":[{"type":"media","url":"http://a/b"}]}}"#, "parts.0.url: does not match"),
    (#"{"message":{"parts":[{"type":"media","attachment_id":"a-1"}]}}"#, "attachment_id: is no uuid"),
    (
      #"{"message":{"parts":[{"type":"link","value":"https://a"},{"type":"text","value":"a"}]}}"#,
      "body.message.parts: has too many elements"
    ),
    (
      #"{"message":{"parts":[{"type":"text","value":"a"}],"reply_to":{"message_id":"b9571e22-2937-5f80-96e1-d5ed83d8265c","part_index":-1}}}"#,
      "part_index: is under 0"
    ),
    (#"{"message":{"parts":[{"type":"text","value":"a"}],"preferred_service":"Fax"}}"#, "is none of"),
  ])
  func aWrongBodyIsFound(body: String, sentence: String) throws {
    let violations = try OpenAPIDescription.v3().violations(in: Self.request(body: body))
    #expect(violations.contains { $0.contains(sentence) }, "\(violations)")
  }

  @Test(arguments: [
    ("POST", "\(chat)/message", "is not in the description"),
    ("PUT", "\(chat)/messages", "is not in the description"),
    ("POST", "/v3/chats/\(V3Answers.chatID)/messages", "is not in the description"),
    ("POST", "/api/partner/v3/chats/7/messages", "chatId: is no uuid"),
    ("GET", "\(chat)/messages?limit=101", "limit: is over 100"),
    ("GET", "\(chat)/messages?limit=ten", "limit: is no integer"),
    ("GET", "\(chat)/messages?limit=1&limit=2", "limit: stands there 2 times"),
    ("GET", "\(chat)/messages?page=1", "query.page: is not in the description"),
    ("GET", "/api/partner/v3/chats?from=+15551230000", "from: does not match"),
  ])
  func aWrongAddressIsFound(method: String, target: String, sentence: String) throws {
    let request = Self.request(method, target, body: method == "GET" ? "" : Self.send)
    let violations = try OpenAPIDescription.v3().violations(in: request)
    #expect(violations.contains { $0.contains(sentence) }, "\(violations)")
  }

  @Test(arguments: [
    ([("Content-Type", "application/json")], "Authorization: is no bearer token"),
    (
      [("X-LINQ-INTEGRATION-TOKEN", "t"), ("Content-Type", "application/json")],
      "Authorization: is no bearer token"
    ),
    ([("Authorization", "Bearer t")], "Content-Type: is not application/json"),
    (
      [("Authorization", "Bearer t"), ("Content-Type", "text/plain")], "Content-Type: is not application/json"
    ),
  ])
  func aWrongHeaderIsFound(headers: [(name: String, value: String)], sentence: String) throws {
    let violations = try OpenAPIDescription.v3().violations(in: Self.request(headers: headers))
    #expect(violations.contains { $0.contains(sentence) }, "\(violations)")
  }

  @Test func aBodyWhereTheCallTakesNoneIsFound() throws {
    let violations = try OpenAPIDescription.v3().violations(in: Self.request("POST", "\(Self.chat)/typing"))
    #expect(violations == ["body: the call takes none"])
  }

  @Test(arguments: [
    (202, "{}", "body.chat_id: is missing"), (200, "{}", "status: 200 is not in the description"),
    (429, #"{"success":false,"error":{"status":429,"code":1007,"message":"a"}}"#, "Retry-After: is missing"),
    (400, #"{"errors":[]}"#, "body.error: is missing"),
  ])
  func aWrongAnswerIsFound(status: Int, body: String, sentence: String) throws {
    let description = try OpenAPIDescription.v3()
    let headers = [
      (name: "Content-Type", value: "application/json"), ("X-Trace-ID", "0336a3305219538daba836d0d153426d"),
    ]
    let answer = DescribedAnswer(status: status, headers: headers, body: Array(body.utf8))
    let violations = description.violations(in: answer, to: Self.request())
    #expect(violations.contains { $0.contains(sentence) }, "\(violations)")
    let bare = DescribedAnswer(status: status, headers: [], body: answer.body)
    #expect(!description.violations(in: bare, to: Self.request()).isEmpty)
  }

  @Test func anAnswerThatMayHaveNoBodyHasNone() throws {
    let description = try OpenAPIDescription.v3()
    let request = Self.request("POST", "\(Self.chat)/read", body: "")
    let trace = [(name: "X-Trace-ID", value: "0336a3305219538daba836d0d153426d")]
    let good = DescribedAnswer(status: 204, headers: trace, body: [])
    #expect(description.violations(in: good, to: request).isEmpty)
    let bad = DescribedAnswer(status: 204, headers: trace, body: [1])
    #expect(description.violations(in: bad, to: request) == ["body: the answer has none"])
  }
}

import OpenAPISupport
import ScriptedServer

/// A server that answers each call of Partner API V3 as the description has it.
enum V3Answers {
  static let chatID = "6d7d7b61-f799-54ac-88bd-9fbe50e2c994"
  static let messageID = "b9571e22-2937-5f80-96e1-d5ed83d8265c"
  static let attachmentID = "cafbbbbd-6ea2-599d-b85e-3a4fed95b82f"
  static let subscriptionID = "7f44c419-7d47-5989-9c2d-154bdf5ccb60"
  private static let time = "2026-11-30T09:15:10.041Z"
  private static let trace = "X-Trace-ID: 0336a3305219538daba836d0d153426d\r\n"

  private static let handle =
    #"{"id":"f1b7ab43-24ab-5d00-867a-34ad067d2908","handle":"+15557654321","service":"iMessage","joined_at":"\#(time)","is_me":false}"#
  private static let health =
    #"{"status":"HEALTHY","doc_url":"https://docs.linqapp.com/a","updated_at":"\#(time)"}"#
  private static let text = #"{"type":"text","value":"hi","reactions":[]}"#
  private static let sent =
    #"{"id":"\#(messageID)","created_at":"\#(time)","delivery_status":"queued","is_read":false,"sent_at":null,"parts":[\#(text)]}"#
  private static let message =
    #"{"id":"\#(messageID)","chat_id":"\#(chatID)","created_at":"\#(time)","updated_at":"\#(time)","delivery_status":"received","is_from_me":false,"is_delivered":true,"is_read":false,"parts":[\#(text)],"from_handle":\#(handle)}"#
  private static let subscription =
    #""id":"\#(subscriptionID)","target_url":"https://hooks.example.com/linq?version=2026-02-03","subscribed_events":["message.received"],"is_active":true,"created_at":"\#(time)","updated_at":"\#(time)""#

  private static func chat(_ handles: String) -> String {
    #"{"id":"\#(chatID)","created_at":"\#(time)","updated_at":"\#(time)","display_name":null,"handles":[\#(handles)],"health_status":\#(health),"is_archived":false,"is_group":false,"service":"iMessage"}"#
  }

  /// The bytes of the answer to a request, with those of the store for uploads at `/store`.
  static func bytes(_ request: ReceivedRequest, _ description: OpenAPIDescription) -> String {
    guard let operation = description.operation(request.described) else {
      return answer(request.requestLine.hasPrefix("PUT /store ") ? 200 : 404, "{}")
    }
    guard let (status, json) = found(operation, request) else {
      return "HTTP/1.1 204 No Content\r\n\(trace)\r\n"
    }
    return answer(status, json, headers: trace)
  }

  private static func found(_ operation: String, _ request: ReceivedRequest) -> (Int, String)? {
    switch operation {
    case "GET /v3/phone_numbers":
      (
        200,
        #"{"phone_numbers":[{"id":"8eb9acf4-6ce2-5be3-a40a-56a667d7dba9","phone_number":"+15551230000","forwarding_number":null,"reputation":{"status":"HEALTHY","doc_url":"https://docs.linqapp.com/a"}}]}"#
      )
    case "POST /v3/chats":
      (
        201,
        #"{"chat":{"id":"\#(chatID)","display_name":"A","handles":[\#(handle)],"health_status":\#(health),"is_group":false,"service":"iMessage","message":\#(sent)}}"#
      )
    case "GET /v3/chats":
      request.requestLine.contains("cursor=")
        ? (200, #"{"chats":[\#(chat(handle))],"next_cursor":null}"#)
        : (200, #"{"chats":[\#(chat(""))],"next_cursor":"next page"}"#)
    case "GET /v3/chats/{chatId}/messages": (200, #"{"messages":[\#(message)],"next_cursor":"x"}"#)
    case "POST /v3/chats/{chatId}/messages": (202, #"{"chat_id":"\#(chatID)","message":\#(sent)}"#)
    case "GET /v3/messages/{messageId}": (200, message)
    case "POST /v3/messages/{messageId}/reactions":
      (202, #"{"status":"accepted","message":"queued","trace_id":"0336a3305219538daba836d0d153426d"}"#)
    case "POST /v3/attachments":
      (
        200,
        #"{"attachment_id":"\#(attachmentID)","upload_url":"http://\#(request.values("Host").first ?? "")/store","download_url":"https://cdn.linqapp.com/a","http_method":"PUT","expires_at":"\#(time)","required_headers":{"Content-Type":"text/plain","Content-Length":"7"}}"#
      )
    case "GET /v3/attachments/{attachmentId}":
      (
        200,
        #"{"id":"\#(attachmentID)","filename":"a.txt","content_type":"text/plain","size_bytes":7,"created_at":"\#(time)","status":"complete","download_url":"https://cdn.linqapp.com/a"}"#
      )
    case "GET /v3/webhook-events": (200, #"{"events":["message.received"]}"#)
    case "GET /v3/webhook-subscriptions": (200, "{\"subscriptions\":[{\(subscription)}]}")
    case "POST /v3/webhook-subscriptions":
      (201, "{\(subscription),\"signing_secret\":\"whsec_c2VjcmV0\"}")
    case "PUT /v3/webhook-subscriptions/{subscriptionId}": (200, "{\(subscription)}")
    case "POST /v3/capability/check_imessage", "POST /v3/capability/check_rcs":
      (200, #"{"address":"+15557654321","available":true}"#)
    default: nil
    }
  }
}

extension ReceivedRequest {
  /// The request as the description's check takes it.
  var described: DescribedRequest {
    let words = requestLine.split(separator: " ").map(String.init)
    return DescribedRequest(
      method: words.first ?? "",
      target: words.count > 1 ? words[1] : "",
      headers: headers,
      body: body
    )
  }
}

/// The answer that these bytes are, as the description's check takes it.
func describedAnswer(_ bytes: String) -> DescribedAnswer {
  let halves = bytes.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
  let lines = halves[0].split(separator: "\r\n")
  let headers = lines.dropFirst().map { line in
    let sides = line.split(separator: ":", maxSplits: 1)
    return (name: String(sides[0]), value: String(sides[1].dropFirst()))
  }
  let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  return DescribedAnswer(
    status: status ?? 0,
    headers: headers,
    body: Array((halves.count > 1 ? halves[1] : "").utf8)
  )
}

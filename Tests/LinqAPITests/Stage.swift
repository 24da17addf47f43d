import LinqAPI
import LinqEvents
import LinqhookHTTPClient
import ScriptedServer
import Synchronization

/// A scripted server, the requests that reached it, and a client that talks to it.
final class Stage: Sendable {
  static let token = "token-that-must-not-show"

  let client: LinqClient
  private let http: HTTPClient
  private let server: ScriptedServer
  private let log: RequestLog

  var requests: [ReceivedRequest] { log.requests }

  /// - Parameter answers: given out in turn; the last one again and again.
  convenience init(version: APIVersion = .v2, maxWait: Duration = .seconds(5), answers: String...) throws {
    try self.init(version: version, maxWait: maxWait) { connection, log in
      while let request = connection.readRequest() {
        let number = log.append(request)
        connection.write(answers[min(number, answers.count) - 1])
      }
    }
  }

  init(
    version: APIVersion = .v2,
    maxWait: Duration = .seconds(5),
    timeout: Duration = .seconds(10),
    script: @escaping @Sendable (ScriptedConnection, RequestLog) -> Void
  ) throws {
    let log = RequestLog()
    self.log = log
    server = try ScriptedServer { script($0, log) }
    http = try HTTPClient()
    client = LinqClient(
      address: try ServiceAddress(parsing: server.url),
      token: try IntegrationToken(Self.token),
      version: version,
      http: http,
      timeout: timeout,
      maxWait: maxWait
    )
  }

  /// One message, sent to one person.
  func send(key: String? = "key-1") async throws -> APIResponse<StartedChat> {
    try await client.startChat(
      from: try PhoneNumber(parsing: "5551230000"),
      to: [try PhoneNumber(parsing: "5557654321")],
      message: OutgoingMessage(text: "hi", idempotencyKey: try key.map(IdempotencyKey.init(parsing:)))
    )
  }
}

/// Requests in the order of their arrival.
final class RequestLog: Sendable {
  private let received = Mutex<[ReceivedRequest]>([])

  var requests: [ReceivedRequest] { received.withLock(\.self) }

  /// Gives the number of the request, from 1.
  func append(_ request: ReceivedRequest) -> Int {
    received.withLock { received in
      received.append(request)
      return received.count
    }
  }
}

/// A whole HTTP answer with a JSON body.
func answer(_ status: Int, _ json: String, headers: String = "") -> String {
  "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\n\(headers)Content-Length: \(json.utf8.count)\r\n\r\n\(json)"
}

let startedChat =
  #"{"data":{"id":7,"display_name":"A","service":"iMessage","group":false,"chat_handles":[],"chat_messages":{"id":9,"text":"hi","delivery_status":"pending","attachments":[]}}}"#

import Foundation
import LinqAPI
import LinqEvents
import LinqSandbox
import LinqhookHTTPClient
import MicroHTTP
import ReceiverSupport
import TestKit

/// Linq's stand-in in this process, people who write to one line, and what they were answered.
struct AnsweredSandbox: Sendable {
  static let line = "+12025550199"

  let sandbox: Sandbox
  let http: HTTPClient
  let client: LinqClient
  let url: String

  var port: Int { url.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

  /// Runs a stand-in while the body runs. It answers a share of sends with 429, and a share with 500 although they took
  /// effect.
  ///
  /// - Parameter timeScale: Linq's 25 minutes of tries, divided by this, must be longer than the receiver is killed for.
  static func run(
    _ version: APIVersion,
    seed: UInt64,
    faultShare: Double,
    timeScale: Double = 60,
    _ body: (AnsweredSandbox) async throws -> Void
  ) async throws {
    var configuration = SandboxConfiguration(
      listen: .tcp(host: "127.0.0.1", port: 0),
      version: version == .v2 ? .v2 : .v3,
      timeScale: timeScale,
      seed: seed
    )
    configuration.peopleAnswer = false
    configuration.refusedSendShare = faultShare
    configuration.failedAnswerShare = faultShare
    let sandbox = try Sandbox(configuration)
    let url = "http://\(sandbox.addresses[0])"
    let http = try HTTPClient()
    let client = LinqClient(
      address: try ServiceAddress(parsing: url),
      token: try IntegrationToken("try"),
      version: version,
      http: http
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await sandbox.run() }
      let result: Result<Void, any Error>
      do {
        result = .success(
          try await body(AnsweredSandbox(sandbox: sandbox, http: http, client: client, url: url))
        )
      } catch { result = .failure(error) }
      await sandbox.stop()
      try await group.waitForAll()
      await http.shutdown()
      try result.get()
    }
  }

  /// Subscribes the receiver to everything that happens with messages; the secret that signs it.
  func subscribe(receiverPort: Int) async throws -> String {
    let secret = "whsec_\(Data("a secret of 24 bytes....".utf8).base64EncodedString())"
    let made = try await client.createSubscription(
      WebhookSubscriptionDraft(
        webhookURL: "http://127.0.0.1:\(receiverPort)/webhooks/linq?version=2026-02-03",
        events: ["message.received", "message.sent"],
        secret: client.version == .v2 ? secret : nil
      )
    )
    return made.value.signingSecret ?? secret
  }

  /// A person writes.
  func write(from person: Int, _ text: String, reconciled: Bool = false) async throws {
    let number = "+1202555\(String(format: "%04d", 200 + person))"
    let json = #"{"from":"\#(number)","to":"\#(Self.line)","text":"\#(text)","reconciled":\#(reconciled)}"#
    let response = try await http.send(
      OutgoingRequest(
        method: "POST",
        url: "\(url)/sandbox/messages",
        headers: [HTTPField("Content-Type", "application/json")],
        body: .bytes(Array(json.utf8))
      )
    )
    guard response.status < 300 else { throw UnexpectedStatus(status: response.status) }
  }

  struct UnexpectedStatus: Error { let status: Int }

  /// What was sent into a chat from our line, oldest first.
  func answers(inChat chat: String) async throws -> [String] {
    guard let id = ResourceID(chat) else { return [] }
    var (messages, cursor): ([ChatMessage], String?) = ([], nil)
    repeat {
      let page = try await client.messages(ofChat: id, cursor: cursor, limit: 100).value
      messages += page.items
      cursor = page.nextCursor
    } while cursor != nil
    // V2 does not say who wrote, but from which number it was sent.
    let own = messages.filter { $0.isFromMe ?? ($0.sentFrom?.hasSuffix(Self.line.suffix(10)) == true) }
    // V3 lists the newest first, V2 last.
    return (client.version == .v3 ? own.reversed() : own).compactMap(\.text)
  }
}

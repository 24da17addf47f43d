import Foundation
import ReceiverSupport
import TestKit
import Testing

/// The whole main job with the real program, real curl and real openssl: what the README promises.
@Suite(.timeLimit(.minutes(3))) struct MainJobTests {
  private let folder: TemporaryFolder
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("secret", "test_secret_0123456789ab\n")
    try folder.write("event.json", Self.guidePayload)
    try folder.write(
      "hook",
      "#!/bin/sh\nprintf '%s %s\\n' \"$LINQ_EVENT_ID\" \"$(wc -c)\" >>'\(folder.file("hook.log"))'\n",
      mode: 0o755
    )
    configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      endpoints:
        - path: /webhooks/linq
          secrets: [file:\(folder.file("secret"))]
      inbox: {path: \(folder.file("inbox.db"))}
      handlers:
        - {name: log, type: log}
        - {name: archive, type: file, path: \(folder.file("events.ndjson"))}
        - {name: reply, type: shell, command: [\(folder.file("hook"))]}
      """
  }

  /// The quick-start guide's `message.received`.
  static let guidePayload = #"""
    {"api_version":"v2","created_at":"2025-10-22T10:31:00-06:00","data":{"id":"67891","chat_id":"12345","text":"Thanks! This is my reply.","sent_at":"2025-10-22 10:31:00 -0600","is_read":false,"from_phone":"+15551234567","service":"iMessage","reaction_id":null,"chat_handles":[{"identifier":"+15551234567","display_name":"John Doe","is_me":false},{"identifier":"+19998887777","display_name":"Your Linq Number","is_me":true}],"attachments":[]},"event_id":"9dabceb9-9194-4dc6-beda-892573f377b4","event_type":"message.received"}
    """#

  private func curl(_ receiver: RunningReceiver, body: String = "event.json") async throws -> String {
    try await Program.shell(
      """
      cd '\(folder.path)'
      signature=$(openssl dgst -sha256 -hmac test_secret_0123456789ab -r event.json | cut -d' ' -f1)
      curl -sS -w ' %{http_code}' -H "X-Webhook-Signature: sha256=$signature" \
        -H 'Content-Type: application/json' --data-binary @\(body) \(receiver.url)
      """
    ).output
  }

  @Test func theGuidesEventIsHandledOnceHoweverOftenItIsPosted() async throws {
    let id = "9dabceb9-9194-4dc6-beda-892573f377b4"
    let status = try await withReceiver(in: folder, configuration: configuration) { receiver in
      #expect(try await curl(receiver) == #"{"status":"accepted","event_id":"\#(id)"} 200"#)
      for _ in 0..<3 {
        #expect(try await curl(receiver) == #"{"status":"duplicate","event_id":"\#(id)"} 200"#)
      }
      try folder.write("changed.json", Self.guidePayload.replacing("Thanks!", with: "Thanks?"))
      #expect(try await curl(receiver, body: "changed.json") == #"{"error":"invalid_signature"} 401"#)
      try await receiver.settled()
      try await receiver.figure("linqhook_quarantine_entries", becomes: 1)
    }
    #expect(status == 0)
    #expect(folder.lines("events.ndjson") == [Self.guidePayload])
    #expect(folder.lines("hook.log") == ["\(id) \(Self.guidePayload.utf8.count)"])
    #expect(
      folder.lines("receiver.log").filter { $0.contains(id) && $0.contains("message.received") }.count == 1
    )
    #expect(!folder.read("receiver.log").contains("test_secret_0123456789ab"))
  }

  @Test func whatWasAcknowledgedBeforeAKillIsHandledAfterTheRestart() async throws {
    let killed = try await withReceiver(in: folder, configuration: configuration) { receiver in
      #expect(try await curl(receiver).hasSuffix(" 200"))
      try receiver.signal(.kill)
    }
    #expect(killed == 128 + 9)
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await receiver.settled()
      #expect(try await curl(receiver).contains("duplicate"))
    }
    #expect(folder.lines("events.ndjson") == [Self.guidePayload])
    #expect(!folder.lines("hook.log").isEmpty)
  }

  @Test func manyEventsOnManyConnectionsAreEachFiledOnce() async throws {
    let count = 2000
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      let result = try await Program.shell(
        """
        cd '\(folder.path)'
        for worker in 1 2 3 4 5 6 7 8; do
          linqhook send \(receiver.url) --secret-file secret --event message.read --count \(count / 8) >"out.$worker" &
        done
        wait
        cat out.*
        """
      )
      #expect(result.output.split(separator: "\n").filter { $0.contains("accepted") }.count == count)
      try await receiver.settled()
    }
    let ids = folder.lines("events.ndjson").compactMap { line in
      line.firstMatch(of: #/"event_id":"([^"]+)"/#).map { String($0.output.1) }
    }
    #expect(ids.count == count)
    #expect(Set(ids).count == count)
  }

  @Test func healthSaysWhetherItIsReady() async throws {
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      let outcome = try await Program.run("health", "--url", "http://\(receiver.adminAddress)/readyz")
      #expect(outcome.status == 0)
      // Whoever asks need not have the secrets.
      let environment = ["LINQHOOK_ADMIN_LISTEN": receiver.adminAddress]
      #expect(try await Program.run("health", environment: environment).status == 0)
      let live = try await receiver.get("/livez")
      #expect(live.status == 200)
      let verbose = try await receiver.get("/readyz?verbose")
      #expect(verbose.body.contains("[+] store"))
    }
    let outcome = try await Program.run("health", "--url", "http://127.0.0.1:1/readyz")
    #expect(outcome.status == 1)
  }

  @Test func aReloadPutsANewSecretInForceAndABadFileChangesNothing() async throws {
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      #expect(try await curl(receiver).hasSuffix(" 200"))
      try folder.write("secret", "another_secret_0123456789ab\n")
      try receiver.signal(.init(rawValue: 1))
      while try await curl(receiver).hasSuffix(" 200") { try Task.checkCancellation() }
      try folder.write("linqhook.yaml", configuration + "\nhandlesr: []\n")
      try receiver.signal(.init(rawValue: 1))
      try await receiver.figure("linqhook_config_last_reload_successful", becomes: 0)
      #expect(folder.read("receiver.log").contains("did you mean"))
      // Nothing has verified by the new secret yet.
      #expect(try await curl(receiver).hasSuffix(" 503"))
    }
  }
}

import Foundation
import ReceiverSupport
import TestKit
import Testing

/// Secrets are exchanged while the receiver runs, and what cannot be exchanged so is said.
@Suite(.timeLimit(.minutes(3))) struct SecretRotationTests {
  private let folder: TemporaryFolder
  private static let old = "whsec_b2xkLXNlY3JldC1vbGQtc2VjcmV0"
  private static let new = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0"

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("secret", Self.old + "\n")
  }

  private func configuration(_ reference: String) -> String {
    """
    listen: 127.0.0.1:0
    admin: {listen: 127.0.0.1:0}
    endpoints: [{path: /webhooks/linq, secrets: [\(reference)]}]
    inbox: {path: \(folder.file("inbox.db"))}
    """
  }

  private func status(_ receiver: RunningReceiver, _ secret: String) async throws -> String {
    String(try await Program.run("send", receiver.url, "--secret", secret).output.prefix(3))
  }

  private func reload(_ receiver: RunningReceiver, says line: String) async throws {
    try receiver.signal(.terminalClosed)
    try await folder.waitForLine(with: line, in: "receiver.log")
  }

  @Test func aReloadTakesTheLinesOfTheSecretFile() async throws {
    let running = configuration("file:\(folder.file("secret"))")
    try await withReceiver(in: folder, configuration: running) { receiver in
      #expect(try await status(receiver, Self.old) == "200")
      try folder.write("secret", "# since today\n\(Self.new)\n\n\(Self.old)\n")
      try await reload(receiver, says: "INFO configuration reloaded")
      #expect(try await status(receiver, Self.new) == "200")
      #expect(try await status(receiver, Self.old) == "200")
      // A slip leaves both in force.
      try folder.write("secret", " \(Self.new)\n")
      try await reload(receiver, says: "must not begin or end with a blank")
      #expect(try await status(receiver, Self.old) == "200")
      try folder.write("secret", "\(Self.new)\n")
      // A line that no reload before has written.
      try folder.write("linqhook.yaml", running.replacing("inbox.db}", with: "inbox.db, retention: 71h}"))
      try await reload(receiver, says: "inbox.retention")
      #expect(try await status(receiver, Self.new) == "200")
      #expect(try await status(receiver, Self.old) != "200")
      #expect(!folder.read("receiver.log").contains("c2VjcmV0"))
    }
  }

  /// Where systemd does not fill the folder anew; the first reload finds the same text, the second another.
  @Test func aReloadSaysThatCredentialsAreThoseOfTheStart() async throws {
    try await withReceiver(
      in: folder,
      configuration: configuration("credential:secret"),
      environment: ["CREDENTIALS_DIRECTORY": folder.path]
    ) { receiver in
      try await reload(receiver, says: "configuration reloaded, but not the systemd credentials")
      #expect(folder.read("receiver.log").contains("credential:secret"))
      try folder.write("secret", Self.new)
      try await reload(receiver, says: "INFO configuration reloaded")
      #expect(try await status(receiver, Self.new) == "200")
    }
  }

  @Test func checkNeedsNoCredentialsAndAStartDoes() async throws {
    let file = try folder.write("linqhook.yaml", configuration("credential:webhook-secret"))
    let check = try await Program.run("check", "--config", file)
    #expect(check.status == 0)
    #expect(check.messages.contains("linqhook.yaml:3: "))
    #expect(check.messages.contains("CREDENTIALS_DIRECTORY=/etc/linqhook linqhook check"))
    #expect(check.messages.contains("good; some things were not checked"))
    let start = try await Program.run("serve", "--config", file)
    #expect(start.status == 78)
    #expect(start.messages.contains("add LoadCredential=webhook-secret"))
    let bad = try folder.write("bad.yaml", configuration("credential:webhook-secret") + "\nhandlres: []\n")
    #expect(try await Program.run("check", "--config", bad).status == 78)
  }

  @Test func explainFindsTheQuotedSecretAndReceiversSlips() async throws {
    try folder.write("event.json", MainJobTests.guidePayload)
    try folder.write("slipped", " \(Self.old)\n")
    let outcome = try await Program.shell(
      """
      cd '\(folder.path)'
      { linqhook sign --secret-file secret event.json; echo; cat event.json; } >request
      linqhook verify --secret-file slipped request || echo "status $?"
      linqhook verify --secret-file slipped --explain request || echo "status $?"
      { echo '# both'; echo 'another-secret-0123'; cat secret; } >several
      linqhook verify --secret-file several request
      """
    )
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("status 78"))
    #expect(outcome.output.contains("status 65"))
    #expect(
      outcome.output.contains(
        "It holds only if the blanks and invisible characters around the secret are left out"
      )
    )
    #expect(outcome.output.contains("must not begin or end with a blank"))
    #expect(outcome.output.contains("good: scheme v2"))
    #expect(!(outcome.output + outcome.messages).contains("b2xk"))
  }

  @Test func conditionsCompareAsSpelt() async throws {
    let file = folder.file("kept.ndjson")
    let handlers = """
      handlers:
        - name: kept
          type: file
          path: \(file)
          sync: always
          where: {data.chat_id: 00447700900123, data.version: 1.10, data.flag: true}
      """
    try await withReceiver(
      in: folder,
      configuration: configuration("file:\(folder.file("secret"))") + "\n" + handlers
    ) {
      receiver in
      let bodies = [
        ("text", #""00447700900123","version":1.10,"flag":true"#),
        ("spelt", #""00447700900123","version":"1.10","flag":"true""#),
        ("other", #""447700900123","version":1.10,"flag":true"#),
        ("shorter", #""00447700900123","version":1.1,"flag":true"#),
      ]
      for (id, data) in bodies {
        try folder.write(
          "body",
          #"{"event_id":"\#(id)","event_type":"message.received","data":{"chat_id":\#(data)}}"#
        )
        let sent = try await Program.run("send", receiver.url, folder.file("body"), "--secret", Self.old)
        #expect(sent.status == 0)
      }
      try await receiver.settled()
    }
    let kept = folder.read("kept.ndjson")
    #expect(kept.contains(#""text""#) && kept.contains(#""spelt""#))
    #expect(!kept.contains("other") && !kept.contains("shorter"))
  }
}

import Foundation
import ReceiverSupport
import TestKit
import Testing

/// `events`, `dead` and `quarantine` as an operator uses them, on a running and on a stopped receiver.
@Suite(.timeLimit(.minutes(3))) struct OperatorCommandTests {
  private static let secret = "canary-secret-4711"
  private let folder: TemporaryFolder
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("secret", Self.secret)
    // Gives an event up while there is a file named refuse.
    try folder.write(
      "hook",
      "#!/bin/sh\ntest ! -e '\(folder.file("refuse"))' || exit 65\necho \"$LINQ_EVENT_ID\" >>'\(folder.file("hook.log"))'\n",
      mode: 0o755
    )
    configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      handlers:
        - {name: archive, type: file, path: \(folder.file("events.ndjson"))}
        - {name: hook, type: shell, command: [\(folder.file("hook"))], order: none}
      """
  }

  private func linqhook(_ command: String) async throws -> Program.Outcome {
    try await Program.shell("export LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))'; linqhook \(command)")
  }

  private func send(_ receiver: RunningReceiver, _ ids: String..., options: String = "") async throws {
    for id in ids {
      let outcome = try await linqhook(
        "send \(receiver.url) --secret-file '\(folder.file("secret"))' --id \(id) \(options)"
      )
      #expect(outcome.output.hasPrefix("200 "), "\(outcome)")
    }
    try await receiver.settled()
  }

  /// Runs a command until what it prints is as it should be.
  private func linqhook(_ command: String, until isGood: (Program.Outcome) -> Bool) async throws
    -> Program.Outcome
  {
    while true {
      let outcome = try await linqhook(command)
      if isGood(outcome) { return outcome }
      try Task.checkCancellation()
    }
  }

  /// Waits until a file of the folder has so many lines.
  private func lines(_ name: String, count: Int) async throws -> [String] {
    while folder.lines(name).count < count {
      try Task.checkCancellation()
      await Task.yield()
    }
    return folder.lines(name)
  }

  @Test func eventsOfARunningReceiverAreListedShownAndReplayed() async throws {
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await send(receiver, "one", "two")
      try await send(receiver, "read", options: "--event message.read")
      let list = try await linqhook("events list --state delivered --json") {
        $0.output.split(separator: "\n").count == 3
      }
      #expect(list.output.hasPrefix(#"{"sequence":1,"event_id":"one","event_type":"message.received""#))
      let table = try await linqhook("events list --type 'message.received' --since 1h").output
        .split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
      #expect(table.map(\.first) == ["SEQUENCE", "#1", "#2"])
      #expect(table[0].count == table[1].count)

      let shown = try await linqhook("events show one").output
      #expect(shown.contains("\n  \"event_type\": \"message.received\"\n"))
      #expect(shown.contains("archive  delivered"))

      let replay = try await linqhook("events replay one '#2' --handler archive")
      #expect(replay.output == "one  archive  queued\n#2  archive  queued\n")
      let ids = try await lines("events.ndjson", count: 5).map { $0.contains(#""one""#) ? 1 : 0 }
      #expect(ids.reduce(0, +) == 2)
      #expect(folder.lines("hook.log").count == 3)

      let stats = try await linqhook("events stats").output
      #expect(stats.contains("running"))
      #expect(stats.contains("hook     0        0     working"))
    }
  }

  @Test func deadLettersAreMendedOnARunningReceiver() async throws {
    try folder.write("refuse", "")
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await send(receiver, "one", "two")
      let dead = try await linqhook("dead list --handler hook --json") {
        $0.output.split(separator: "\n").count == 2
      }
      #expect(dead.output.contains(#""event_id":"one""#))
      try FileManager.default.removeItem(atPath: folder.file("refuse"))
      #expect(try await linqhook("dead retry one").output == "one  hook  queued\n")
      #expect(try await lines("hook.log", count: 1) == ["one"])
      #expect(try await linqhook("dead drop two --handler hook").output == "two  hook  dropped\n")
      let none = try await linqhook("dead list") { $0.output.isEmpty }
      #expect(none.messages.contains("There is no dead letter."))
      let again = try await linqhook("dead retry two")
      #expect(again.status == 65)
      #expect(again.messages.contains("two"))
    }
  }

  @Test func aStoppedReceiverIsLookedIntoAndItsNextStartDoesWhatWasAsked() async throws {
    try folder.write("refuse", "")
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await send(receiver, "one", "two")
    }
    #expect(try await linqhook("events stats").output.contains("stopped"))
    #expect(try await linqhook("events list --state dead --json").output.split(separator: "\n").count == 2)
    #expect(try await linqhook("dead retry one --json").output.contains(#""outcome":"queued""#))
    #expect(try await linqhook("dead drop two").status == 0)
    #expect(try await linqhook("events replay two --handler archive").status == 0)
    try FileManager.default.removeItem(atPath: folder.file("refuse"))
    try await withReceiver(in: folder, configuration: configuration) { _ in
      let handled = try await lines("hook.log", count: 1)
      #expect(handled == ["one"])
      let filed = try await lines("events.ndjson", count: 3)
      #expect(filed.last?.contains(#""two""#) == true)
    }
  }

  @Test func allDeadLettersAreRetriedAndAHandlerThatIsGoneIsDropped() async throws {
    try folder.write("refuse", "")
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await send(receiver, "one", "two", "three")
      _ = try await linqhook("dead list --json") { $0.output.split(separator: "\n").count == 3 }
      #expect(try await linqhook("dead retry").status == 64)
      #expect(try await linqhook("dead retry one --all").status == 64)
      try FileManager.default.removeItem(atPath: folder.file("refuse"))
      let retried = try await linqhook("dead retry --all --handler hook")
      #expect(retried.output == ["one", "two", "three"].map { "\($0)  hook  queued\n" }.joined())
      #expect(try await lines("hook.log", count: 3).sorted() == ["one", "three", "two"])
      #expect(try await linqhook("dead drop --all").messages.contains("There is no dead letter."))

      try folder.write("refuse", "")
      try await send(receiver, "four")
      _ = try await linqhook("dead list --json") { $0.output.contains("four") }
      #expect(try await linqhook("handlers drop hook").status == 65)
      let lines = configuration.split(separator: "\n").filter { !$0.contains("name: hook") }
      try folder.write("linqhook.yaml", lines.joined(separator: "\n"))
      try receiver.signal(.init(rawValue: 1))
      let gone = try await linqhook("handlers list") { $0.output.contains("gone") }
      #expect(gone.output.split(separator: "\n").count == 3)
    }
    // Also on a stopped receiver.
    #expect(try await linqhook("handlers drop archive").status == 65)
    #expect(try await linqhook("handlers drop hook").output == "hook  dropped  0 pending, 1 dead\n")
    #expect(try await linqhook("handlers drop hook").status == 65)
    #expect(try await linqhook("handlers list --json").output.contains("hook") == false)
  }

  @Test func aWrongSecretCostsNothingForGood() async throws {
    try folder.write("secret", "the-secret-of-yesterday")
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try folder.write("secret", Self.secret)
      let refused = try await linqhook(
        "send \(receiver.url) --secret-file '\(folder.file("secret"))' --id late --scheme v3"
      )
      // The secret may be wrong, so the sender is to come again; and the log says why it does not match.
      #expect(refused.output.hasPrefix("503 "))
      while !folder.read("receiver.log").contains("no signature has matched") { try Task.checkCancellation() }
      #expect(folder.read("receiver.log").contains("explanation=\"The signature is well formed, but"))
      #expect(
        try await receiver.get("/readyz?verbose").body
          .contains("[-] endpoint /webhooks/linq: none of 1 signatures")
      )
      let list = try await linqhook("quarantine list") { $0.output.contains("invalid_signature") }
      #expect(list.output.contains("mismatched"))
      #expect(list.output.contains("\n1 "))
      let verified = try await Program.shell(
        """
        cd '\(folder.path)'
        linqhook quarantine show 1 --raw --config linqhook.yaml | linqhook verify --secret-file secret -
        """
      )
      #expect(verified.output == "good: scheme v3\n")
      #expect(try await linqhook("quarantine show 1").output.contains("X-Webhook-Signature: "))

      let early = try await linqhook("quarantine reverify --json")
      #expect(early.output.contains(#""outcome":"invalid_signature""#))
      try receiver.signal(.init(rawValue: 1))
      let late = try await linqhook("quarantine reverify --json") { $0.output.contains("accepted") }
      #expect(late.output.contains(#""event_id":"late""#))
      #expect(try await lines("hook.log", count: 1) == ["late"])
      #expect(try await linqhook("quarantine drop 1").status == 65)
    }
    #expect(!folder.read("receiver.log").contains(Self.secret))
  }

  @Test func tailShowsWhatComesAndEndsWellOnAnInterrupt() async throws {
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await send(receiver, "before")
      let outcome = try await Program.shell(
        """
        cd '\(folder.path)'
        export LINQHOOK_CONFIG=linqhook.yaml
        linqhook events tail >tail.out 2>tail.err & tail=$!
        until grep -q before tail.out; do :; done
        linqhook send \(receiver.url) --secret-file secret --id after >sent
        until grep -q after tail.out; do :; done
        kill -INT $tail
        wait $tail
        """
      )
      #expect(outcome.status == 0, "\(folder.read("tail.err"))")
    }
    #expect(folder.lines("tail.out").count == 2)
  }

  @Test func theSecretsOfARunningReceiverAreNotAskedFor() async throws {
    let fromEnvironment = configuration.replacing(
      "file:\(folder.file("secret"))",
      with: "env:ONLY_THE_RECEIVER"
    )
    try await withReceiver(
      in: folder,
      configuration: fromEnvironment,
      environment: ["ONLY_THE_RECEIVER": Self.secret]
    ) { receiver in
      try await send(receiver, "one")
      #expect(try await linqhook("events list --json").output.contains(#""event_id":"one""#))
    }
  }

  /// As with the packaged unit, which has them as credentials.
  @Test func onlyReverifyNeedsTheSecretsOfAStoppedReceiver() async throws {
    let credentials =
      configuration.replacing("file:\(folder.file("secret"))", with: "credential:secret")
      + "\n  - {name: crm, type: http, url: 'http://127.0.0.1:1/', secret: 'env:CRM_SECRET', events: [none]}"
    try await withReceiver(
      in: folder,
      configuration: credentials,
      environment: ["CREDENTIALS_DIRECTORY": folder.path, "CRM_SECRET": "canary-secret-4711"]
    ) { receiver in
      try await send(receiver, "one")
    }
    let stats = try await linqhook("events stats")
    #expect(stats.output.contains("stopped"), "\(stats)")
    for name in ["archive", "hook", "crm"] { #expect(stats.output.contains(name)) }
    for command in [
      "events list", "events replay one --handler hook", "dead list", "handlers list", "quarantine list",
    ] {
      let outcome = try await linqhook(command)
      #expect(outcome.status == 0, "\(outcome)")
    }
    let refused = try await linqhook("quarantine reverify")
    #expect(refused.status == 78)
    #expect(refused.messages.contains("credential:secret"))
    let secrets = "export CREDENTIALS_DIRECTORY='\(folder.path)' CRM_SECRET=canary-secret-4711"
    let command = "linqhook quarantine reverify --config '\(folder.file("linqhook.yaml"))'"
    #expect(try await Program.shell("\(secrets); \(command)").status == 0)
  }

  @Test func aReceiverThatCannotBeReachedIsNotWorkedAround() async throws {
    try await withReceiver(in: folder, configuration: configuration) { _ in
      try FileManager.default.removeItem(atPath: folder.file("control.sock"))
      let outcome = try await linqhook("events list")
      #expect(outcome.status == 69)
      #expect(outcome.messages.contains("control.sock"))
    }
  }

  @Test func whatIsWrongIsToldApartByTheExitStatus() async throws {
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await send(receiver, "one")
      #expect(try await linqhook("events show none").status == 65)
      #expect(try await linqhook("events replay one --handler nobody").status == 65)
      let some = try await linqhook("events replay none one --handler archive")
      #expect(some.status == 65)
      #expect(some.output == "one  archive  queued\n")
      #expect(some.messages.contains("1 of 2"))
      #expect(try await linqhook("quarantine show 7").status == 65)
      for usage in [
        "events list --since yesterday", "events list --state lost", "events list --limit 0", "dead retry",
        "quarantine show x", "quarantine show 1 --raw --json",
      ] {
        #expect(try await linqhook(usage).status == 64, "\(usage)")
      }
    }
    let nowhere = try await Program.run("events", "list", environment: ["HOME": folder.path])
    #expect(nowhere.status == 69)
    #expect(!FileManager.default.fileExists(atPath: folder.file(".local")))
    try folder.write("linqhook.yaml", "inbox: [")
    #expect(try await linqhook("events list").status == 78)
  }

  @Test func helpShowsAnExampleEverywhere() async throws {
    let commands = [
      "events", "events list", "events show", "events tail", "events replay", "events stats", "dead",
      "dead list", "dead retry", "dead drop", "quarantine", "quarantine list", "quarantine show",
      "quarantine reverify", "quarantine accept", "quarantine drop", "handlers", "handlers list",
      "handlers pause", "handlers resume", "handlers drop",
    ]
    for command in commands {
      let help = try await linqhook("\(command) --help")
      #expect(help.status == 0)
      #expect(help.output.contains("Example"), "\(command)")
    }
  }
}

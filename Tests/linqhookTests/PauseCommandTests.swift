import Foundation
import ReceiverSupport
import TestKit
import Testing

/// `handlers pause` and `handlers resume`, on a running and on a stopped receiver.
@Suite(.timeLimit(.minutes(3))) struct PauseCommandTests {
  private let folder: TemporaryFolder
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("secret", "canary-secret-4711")
    configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      handlers:
        - {name: archive, type: file, path: \(folder.file("events.ndjson"))}
        - {name: hook, type: shell, command: [sh, -c, 'echo "$LINQ_EVENT_ID" >>\(folder.file("hook.log"))']}
      """
  }

  private func linqhook(_ command: String) async throws -> Program.Outcome {
    try await Program.shell("export LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))'; linqhook \(command)")
  }

  private func send(_ receiver: RunningReceiver, _ id: String) async throws {
    let command = "send \(receiver.url) --secret-file '\(folder.file("secret"))' --id \(id)"
    #expect(try await linqhook(command).output.hasPrefix("200 "))
  }

  private func lines(_ name: String, count: Int) async throws -> [String] {
    while folder.lines(name).count < count {
      try Task.checkCancellation()
      await Task.yield()
    }
    return folder.lines(name)
  }

  @Test func aPauseHoldsAcrossAStopUntilTheHandlerIsResumed() async throws {
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await send(receiver, "one")
      try await receiver.settled()
      #expect(try await linqhook("handlers pause hook archive").output == "hook  paused\narchive  paused\n")
      #expect(try await linqhook("handlers pause nobody").status == 65)
      try await send(receiver, "two")
      let list = try await linqhook("handlers list --json").output
      #expect(list.contains(#""handler":"hook","pending":1,"dead":0,"paused":true"#))
      let verbose = try await receiver.get("/readyz?verbose").body
      #expect(verbose.contains("[+] handler hook: paused; 1 pending, 0 dead; linqhook handlers resume"))
      try await receiver.figure(#"linqhook_handler_paused{handler="hook"}"#, becomes: 1)
    }
    #expect(try await linqhook("handlers resume archive --json").output.contains(#""outcome":"resumed""#))
    let stopped = try await linqhook("handlers list").output.split(separator: "\n")
    #expect(stopped.contains { $0.hasPrefix("hook     paused") })
    #expect(stopped.contains { $0.hasPrefix("archive  configured") })
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      _ = try await lines("events.ndjson", count: 2)
      #expect(try await linqhook("events stats").output.contains("hook     1        0     paused"))
      #expect(folder.lines("hook.log") == ["one"])
      #expect(try await linqhook("handlers resume hook").output == "hook  resumed\n")
      #expect(try await lines("hook.log", count: 2) == ["one", "two"])
      try await receiver.figure(#"linqhook_handler_paused{handler="hook"}"#, becomes: 0)
    }
  }

  /// What a copy of a store holds of handlers and their deliveries.
  @Test func aPauseStandsInACopyOfTheInboxAsWell() async throws {
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await send(receiver, "one")
      try await receiver.settled()
      #expect(try await linqhook("handlers pause hook").status == 0)
      #expect(try await linqhook("inbox backup '\(folder.file("copy.db"))'").status == 0)
      #expect(try await linqhook("handlers resume hook").status == 0)
    }
    #expect(try await linqhook("inbox restore '\(folder.file("copy.db"))'").status == 0)
    let check = try await linqhook("inbox check")
    #expect(check.status == 0, "\(check)")
    let list = try await linqhook("handlers list --json").output
    #expect(list.contains(#""handler":"hook","pending":0,"dead":0,"paused":true"#), "\(list)")
  }
}

import Foundation
import ReceiverSupport
import TestKit
import Testing

/// A handler that cannot work, each for a reason of its own, and what an operator sees of it within seconds.
enum BrokenHandler: String, CaseIterable, Sendable {
  case hookWithoutInterpreter, hookWithWindowsLines, hookWithWrongStatus, hookThatIsTooSlow
  case workerThatEndsAtOnce, workerThatNeverAnswers, targetThatIsDown

  /// The program; nil for a handler without one.
  var program: String? {
    switch self {
    case .hookWithoutInterpreter: "exit 0\n"
    case .hookWithWindowsLines: "#!/bin/sh\r\nexit 0\r\n"
    case .hookWithWrongStatus: "#!/bin/sh\necho 'no such table' >&2\nexit 3\n"
    case .hookThatIsTooSlow: "#!/bin/sh\nexec sleep 600\n"
    case .workerThatEndsAtOnce: "#!/bin/sh\necho 'no module named bot' >&2\nexit 1\n"
    case .workerThatNeverAnswers: "#!/bin/sh\nwhile read -r line; do :; done\n"
    case .targetThatIsDown: nil
    }
  }

  func settings(_ program: String) -> String {
    switch self {
    case .workerThatEndsAtOnce, .workerThatNeverAnswers:
      "type: worker, command: [\(program)], concurrency: 1, timeout: 500ms"
    case .targetThatIsDown: "type: http, url: 'http://127.0.0.1:1/hooks'"
    default: "type: shell, command: [\(program)], timeout: 300ms"
    }
  }

  /// What the last error says.
  var words: String {
    switch self {
    case .hookWithoutInterpreter: "has no `#!`"
    case .hookWithWindowsLines: "CR LF"
    case .hookWithWrongStatus: "failed with status 3. stderr: no such table"
    case .hookThatIsTooSlow: "ran for more than 0.3 s"
    case .workerThatEndsAtOnce: "no module named bot"
    case .workerThatNeverAnswers: "does it flush its output"
    case .targetThatIsDown: "127.0.0.1"
    }
  }
}

@Suite(.timeLimit(.minutes(2))) struct FailingHandlerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func configuration(_ handler: String) throws -> String {
    try folder.write("secret", "canary-secret-4711")
    return """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      handlers:
        - {name: bot, \(handler), retry: {attempts: 1000, first: 200ms, factor: 1, jitter: 0}}
      """
  }

  private func linqhook(_ command: String) async throws -> Program.Outcome {
    try await Program.shell("export LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))'; linqhook \(command)")
  }

  private func send(_ receiver: RunningReceiver) async throws {
    let outcome = try await linqhook("send \(receiver.url) --secret-file '\(folder.file("secret"))'")
    #expect(outcome.output.hasPrefix("200 "), "\(outcome)")
  }

  @Test(arguments: BrokenHandler.allCases)
  func oneEventIsEnoughToSeeIt(_ broken: BrokenHandler) async throws {
    let program = try broken.program.map { try folder.write("program", $0, mode: 0o755) } ?? ""
    let settings = try configuration(broken.settings(program))
    try await withReceiver(in: folder, configuration: settings) { receiver in
      try await send(receiver)
      try await receiver.figure(#"linqhook_handler_failing{handler="bot"}"#, becomes: 1)
      // A worker that ends at once fails before it is given anything; on a busy machine one may come too late for an event.
      var json = ""
      while !(json.contains(#""last_error_attempt":"#) && json.contains(broken.words)) {
        try Task.checkCancellation()
        json = try await linqhook("handlers list --json").output
      }
      #expect(json.contains(#""health":"failing""#) && json.contains(#""last_error_at":"20"#), "\(json)")
      let table = try await linqhook("handlers list").output
      #expect(table.contains("failing") && table.contains("LAST ERROR"), "\(table)")
      let page = try await receiver.get("/readyz?verbose")
      #expect(page.status == 200 && page.body.contains("[-] handler bot: failing since 20"), "\(page)")
      try await folder.waitForLine(
        with: "handler failing; its last attempts",
        in: "receiver.log"
      )
      let said = folder.lines("receiver.log").filter { $0.contains("delivery failed") }
      #expect(said.allSatisfy { $0.contains(" WARN ") && $0.contains("error=") }, "\(said)")
      // One line, and on a machine so slow that a minute has passed one more for all that failed in it.
      #expect(said.count { !$0.contains("failures=") } == 1, "\(said)")
    }
  }

  @Test func aHookThatFailsForOneEventAloneIsNotCalledFailing() async throws {
    let hook = "#!/bin/sh\ncase $LINQ_CHAT_ID in poison) exit 1;; esac\n"
    let program = try folder.write("program", hook, mode: 0o755)
    let settings = try configuration("type: shell, command: [\(program)]")
    try await withReceiver(in: folder, configuration: settings) { receiver in
      let url = "\(receiver.url) --secret-file '\(folder.file("secret"))'"
      let retried = #"linqhook_handler_deliveries_total{handler="bot",result="retried"}"#
      _ = try await linqhook("send \(url) --set data.chat_id=poison")
      while try await receiver.figure(retried) ?? 0 < 1 { try Task.checkCancellation() }
      _ = try await linqhook("send \(url) --set data.chat_id=good")
      let begin = try await receiver.figure(retried) ?? 0
      while try await receiver.figure(retried) ?? 0 < begin + 10 { try Task.checkCancellation() }
      let list = try await linqhook("handlers list --json").output
      #expect(list.contains(#""health":"working""#) && list.contains("status 1"), "\(list)")
      #expect(try await receiver.get("/readyz?verbose").body.contains("[+] handler bot"))
    }
  }

  @Test func checkWarnsOfWhatCannotRun() async throws {
    let program = try folder.write("program", "echo hello\n", mode: 0o755)
    try folder.write("linqhook.yaml", try configuration("type: shell, command: [\(program)]"))
    let outcome = try await linqhook("check")
    #expect(outcome.status == 0)
    #expect(
      outcome.messages.contains("handler bot: The program \(program) has no `#!`"),
      "\(outcome)"
    )
  }

  /// Reading the configuration hangs, as it may on a dead mount.
  @Test func aStopDoesNotWaitForAReloadThatHangs() async throws {
    try await withReceiver(in: folder, configuration: try configuration("type: log")) { receiver in
      let file = folder.file("linqhook.yaml")
      _ = try await Program.shell("rm '\(file)'; mkfifo '\(file)'")
      try receiver.signal(.init(rawValue: 1))
      // Opening it to write goes through once somebody waits to read it; kept open, it gives nothing.
      let holder = Task {
        try await Program.shell("exec 3>'\(file)'; echo open >'\(folder.file("held"))'; sleep 60")
      }
      try await folder.waitForLine(with: "open", in: "held")
      try receiver.signal(.terminate)
      await receiver.ended()
      #expect(folder.read("receiver.log").contains("INFO stopped"))
      holder.cancel()
    }
  }
}

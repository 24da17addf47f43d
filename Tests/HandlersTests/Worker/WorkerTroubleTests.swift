import ChildProcesses
import Foundation
import LinqhookDelivery
import LogSupport
import TestKit
import Testing

@testable import Handlers

// What is said of workers that do not work, and what becomes of events meanwhile.
extension TheWorkerHandler {
  private func reason(_ result: DeliveryResult) -> String {
    if case .retry(let reason, nil) = result { reason } else { "\(result)" }
  }

  @Test(arguments: [
    ("print(json.dumps({'id': d['id'], 'result': 'ok'}))", "does it flush its output after each line?"),
    ("pass", "does it flush its output after each line?"),
    ("print('working on it', flush=True)", "None of the lines that it has written is an answer."),
    ("print(json.dumps({'id': d['id'], 'result': 'ok'}), end='', flush=True)", "no line feed at its end"),
  ])
  func oneThatIsNotUnderstoodIsToldWhatMayBeTheMatter(_ body: String, _ words: String) async throws {
    let script = """
      import json, sys
      for line in sys.stdin:
          d = json.loads(line)
          \(body)
      """
    try await with(options(["python3", "-c", script]) { $0.timeout = .seconds(1) }) { handler in
      // On a busy machine it may be late even to start.
      await eventually("it is told what may be the matter") {
        reason(await handler.handle(attempt(1))).contains(words)
      }
    }
  }

  /// Also to what waits while it is not started again yet.
  @Test func whatWaitsForASilentWorkerIsToldOfItsSilence() async throws {
    let options = options(["/bin/sh", "-c", "while read -r line; do :; done"]) {
      $0.timeout = .seconds(0.3)
      $0.restart = RestartBackoff(first: .seconds(600), max: .seconds(600))
    }
    try await with(options) { handler in
      for sequence: Int64 in 1...2 {
        let reason = reason(await handler.handle(attempt(sequence)))
        #expect(reason.contains("within 0.3 s") && reason.contains("flush"), "\(reason)")
      }
    }
  }

  @Test func oneThatHasAnsweredBeforeIsNotSuspectedOfThat() async throws {
    let script = """
      if event["event_id"] == "event-2":
          print("gave up", file=sys.stderr, flush=True)
          time.sleep(600)
      say(id)
      """
    try await with(python(script) { $0.timeout = .seconds(1) }) { handler in
      await eventually("it is told of what it has written alone") {
        guard await handler.handle(attempt(1)) == .delivered else { return false }
        return reason(await handler.handle(attempt(2))).hasSuffix("is started again. stderr: gave up")
      }
    }
  }

  @Test func oneThatEndsAtOnceIsInTroubleWithoutAnyEventAndLoggedOnceAMinute() async throws {
    try await with(options(["/bin/sh", "-c", "echo 'no module named bot' >&2; exit 3"])) { handler in
      await eventually("the trouble is known") { handler.report.trouble != nil }
      let reason = try #require(handler.report.trouble?.reason)
      #expect(reason.hasPrefix("The worker ended with status 3. stderr: no module named bot"), "\(reason)")
      await eventually("it was started again and again") { handler.report.programs?.restarts ?? 0 > 8 }
      let warnings = log.lines.filter { $0.hasPrefix("warning ") && $0.contains("ended with status 3") }
      #expect(warnings.count == 1 && warnings[0].contains("no module named bot"))
    }
  }

  @Test func oneThatCannotBeStartedIsInTroubleUntilItCan() async throws {
    let folder = try TemporaryFolder()
    let program = "\(folder.path)/bot"
    try await with(options([program])) { handler in
      await eventually("the trouble is known") { handler.report.trouble?.reason.contains(program) == true }
      _ = try folder.write(
        "bot",
        "#!/bin/sh\nread -r line\necho '{\"id\":\"event-1\",\"result\":\"ok\"}'\nread -r line\n",
        mode: 0o755
      )
      #expect(await handler.handle(attempt(1)) == .delivered)
      #expect(handler.report.trouble == nil)
    }
  }

  @Test func oneThatStaysUpWithoutEventsIsInNoTroubleAnyMore() async throws {
    let folder = try TemporaryFolder()
    let command = ["/bin/sh", "-c", "test -e '\(folder.path)/go' || exit 1; read -r line"]
    let options = options(command) {
      $0.restart = RestartBackoff(first: .seconds(0.01), max: .seconds(0.1), healthy: .seconds(0.3))
    }
    try await with(options) { handler in
      await eventually("the trouble is known") { handler.report.trouble != nil }
      _ = try folder.write("go", "")
      await eventually("it is over") { handler.report.trouble == nil }
    }
  }

  @Test func strayLinesAreWarnedOfOnceAMinute() async throws {
    try await with(python("for _ in range(50): print('note')\nsay(id)")) { handler in
      #expect(await handler.handle(attempt(1)) == .delivered)
      #expect(handler.report.programs?.strayLines == 50)
      #expect(log.lines.count { $0.hasPrefix("warning ") && $0.contains("lines that are no answers") } == 1)
    }
  }

  /// What the worker leaves behind holds its pipe open and is given some seconds to end.
  @Test func whatComesWhileLeftoversAreEndedWaitsForTheNextProcess() async throws {
    // As in the daemon: without it nobody learns of what a worker leaves.
    ProcessSetup.prepare()
    let folder = try TemporaryFolder()
    let script = """
      import json, os, signal, subprocess, sys
      second = os.path.exists("\(folder.path)/left")
      for line in sys.stdin:
          d = json.loads(line)
          print(json.dumps(dict(id=d["id"], result="ok")), flush=True)
          if not second:
              subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; : >'\(folder.path)/left'; while :; do sleep 1; done"])
              while not os.path.exists("\(folder.path)/left"): pass
              os._exit(0)
      """
    // What it leaves is told by the handler's name.
    try await with(options(["python3", "-c", script]) { $0.name = "leaver" }) { handler in
      #expect(await handler.handle(attempt(1)) == .delivered)
      await eventually("it has left something") {
        log.lines.contains { $0.contains("ending the processes that it left") }
      }
      // At its first attempt, by the next process.
      #expect(await handler.handle(attempt(2)) == .delivered)
      #expect(handler.report.programs?.restarts == 1)
    }
  }
}

import Foundation
import LinqhookDelivery
import LinqhookInbox
import LogSupport
import Synchronization
import TestKit
import Testing

@testable import Handlers

/// Workers in Python for what goes wrong; each answers one line an event otherwise.
private enum Script {
  static func answering(_ body: String) -> String {
    """
    import json, os, sys, time
    def say(id, result="ok", **more):
        sys.stdout.write(json.dumps(dict(id=id, result=result, **more)) + "\\n")
        sys.stdout.flush()
    for line in sys.stdin:
        delivery = json.loads(line)
        id, attempt, event = delivery["id"], delivery["attempt"], delivery["event"]
    \(body.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
    """
  }
}

@Suite struct TheWorkerHandler {
  let log = CapturedLog()

  func options(_ command: [String], _ change: (inout WorkerHandlerOptions) -> Void = { _ in })
    -> WorkerHandlerOptions
  {
    var options = WorkerHandlerOptions.test(
      name: "bot",
      command: command,
      environment: ["PATH"],
      timeout: .seconds(60),
      grace: .seconds(0.2),
      restart: RestartBackoff(first: .seconds(0.01), max: .seconds(0.1))
    )
    change(&options)
    return options
  }

  /// Starts a handler, lets the body use it, and stops it.
  func with(
    _ options: WorkerHandlerOptions,
    _ body: (WorkerHandler) async throws -> Void
  ) async throws {
    let handler = WorkerHandler(
      options: options,
      daemonEnvironment: ProcessInfo.processInfo.environment,
      logger: log.logger
    )
    try await handler.start()
    try await body(handler)
    await handler.stop()
  }

  func python(_ body: String, _ change: (inout WorkerHandlerOptions) -> Void = { _ in })
    -> WorkerHandlerOptions
  {
    options(["python3", "-u", "-c", Script.answering(body)], change)
  }

  func attempt(_ sequence: Int64, chat: String? = nil, attempt: Int = 1, payload: String? = nil)
    -> DeliveryAttempt
  {
    DeliveryAttempt(event: event(sequence, chat: chat, payload: payload), attempt: attempt)
  }

  private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../config/hooks").standardized.path

  @Test(arguments: ["worker.py", "worker.sh"])
  func exampleAnswersEveryEvent(_ name: String) async throws {
    try await with(options(["\(Self.examples)/\(name)"]) { $0.processes = 2 }) { handler in
      let results = await withTaskGroup(of: DeliveryResult.self) { group in
        for sequence in 1...200 {
          group.addTask {
            await handler.handle(attempt(Int64(sequence), chat: "chat \(sequence % 7)", payload: "{\n}"))
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results == Array(repeating: .delivered, count: 200))
      #expect(handler.report == HandlerReport(programs: ProgramFigures()))
    }
  }

  @Test func answersDecide() async throws {
    let script = """
      say(id, event["say"], error="because\\n")
      """
    try await with(python(script)) { handler in
      #expect(await handler.handle(attempt(1, payload: #"{"say":"ok"}"#)) == .delivered)
      #expect(await handler.handle(attempt(2, payload: #"{"say":"retry"}"#)) == .retry(reason: "because"))
      #expect(await handler.handle(attempt(3, payload: #"{"say":"dead"}"#)) == .dead(reason: "because"))
    }
  }

  @Test func lineHoldsIdAttemptAndEvent() async throws {
    try await with(python("say(id, 'dead', error=line.strip())")) { handler in
      let payload = "{\n\"a\": \"b c\"}"
      #expect(
        await handler.handle(attempt(5, attempt: 3, payload: payload))
          == .dead(reason: #"{"id":"event-5","attempt":3,"event":{"a":"b c"}}"#)
      )
    }
  }

  @Test func answersMayComeInAnyOrder() async throws {
    let script = """
      held = globals().setdefault("held", [])
      held.append(id)
      if len(held) == 3:
          for each in reversed(held): say(each)
      """
    try await with(python(script)) { handler in
      async let first = handler.handle(attempt(1))
      async let second = handler.handle(attempt(2))
      async let third = handler.handle(attempt(3))
      #expect(await [first, second, third] == [.delivered, .delivered, .delivered])
    }
  }

  @Test func replayOfAnEventInFlightHasAnIdOfItsOwn() async throws {
    let script = """
      held = globals().setdefault("held", [])
      held.append(id)
      if len(held) == 2:
          for each in held: say(each, "dead", error=each)
      """
    try await with(python(script)) { handler in
      async let first = handler.handle(attempt(1))
      async let second = handler.handle(attempt(1))
      let results = await [first, second]
      #expect(results.contains(.dead(reason: "event-1")))
      #expect(results.contains(.dead(reason: "event-1#2")))
    }
  }

  @Test func chatStaysWithItsProcess() async throws {
    try await with(python("say(id, 'dead', error=str(os.getpid()))") { $0.processes = 3 }) { handler in
      var processes: [String: Set<String>] = [:]
      for sequence in 1...60 {
        let chat = "chat \(sequence % 12)"
        guard case .dead(let process) = await handler.handle(attempt(Int64(sequence), chat: chat)) else {
          continue
        }
        processes[chat, default: []].insert(process)
      }
      #expect(processes.count == 12)
      #expect(processes.values.allSatisfy { $0.count == 1 })
    }
  }

  @Test func crashIsARetryAndTheNextProcessGoesOn() async throws {
    let script = """
      if attempt == 1:
          sys.stderr.write("ouch"); sys.stderr.flush(); os._exit(3)
      say(id)
      """
    try await with(python(script)) { handler in
      let result = await handler.handle(attempt(1))
      #expect(result == .retry(reason: "The worker ended with status 3 before it answered. stderr: ouch"))
      #expect(await handler.handle(attempt(1, attempt: 2)) == .delivered)
      #expect(handler.report.programs?.restarts == 1)
    }
  }

  @Test func workerThatStopsAnsweringIsStartedAnew() async throws {
    // In shell, because the time for the start counts too.
    let script = """
      while read -r line; do
        case "$line" in *'"attempt":1,'*) sleep 600 ;; esac
        echo '{"id":"event-1","result":"ok"}'
      done
      """
    try await with(options(["/bin/sh", "-c", script]) { $0.timeout = .seconds(0.8) }) { handler in
      guard case .retry(let reason, nil) = await handler.handle(attempt(1)) else {
        Issue.record("a stuck worker is a retry")
        return
      }
      #expect(reason.contains("within 0.8 s"))
      await eventually("the next process answers") {
        await handler.handle(attempt(1, attempt: 2)) == .delivered
      }
    }
  }

  @Test func aStuckWorkerGetsNothingMoreWhileItEnds() async throws {
    let folder = try TemporaryFolder()
    let script = """
      if mkdir '\(folder.path)/stuck'; then
        trap : TERM
        echo ready >&2
        while :; do
          read -r line && echo "stuck with $line" >&2
        done
      fi
      while read -r line; do echo '{"id":"event-2","result":"ok"}'; done
      """
    let options = options(["/bin/sh", "-c", script]) {
      $0.timeout = .seconds(0.8)
      // Longer, so that the event would be late before the next process is there.
      $0.grace = .seconds(1.2)
    }
    try await with(options) { handler in
      await eventually("the worker is up") { log.lines.contains { $0.contains("ready") } }
      guard case .retry(_, nil) = await handler.handle(attempt(1, chat: "chat")) else {
        Issue.record("a stuck worker is a retry")
        return
      }
      var reasons: [String] = []
      await eventually("the next process answers") {
        let result = await handler.handle(attempt(2, chat: "chat"))
        if case .retry(let reason, _) = result { reasons.append(reason) }
        return result == .delivered
      }
      // On a busy machine the next one may not be up in time. But the wait for the old one's end was not the event's.
      #expect(!reasons.contains("The worker is not running."))
      #expect(log.lines.contains { $0.contains("stuck with") && $0.contains("event-1") })
      #expect(!log.lines.contains { $0.contains("stuck with") && $0.contains("event-2") })
    }
  }

  @Test func strangeAnswersAreCountedAndLogged() async throws {
    let script = """
      print("hello")
      say("nobody")
      say(id)
      say(id)
      """
    try await with(python(script)) { handler in
      #expect(await handler.handle(attempt(1)) == .delivered)
      await eventually("all lines are read") {
        handler.report.programs.map { [$0.strayLines, $0.unknownAnswers, $0.restarts] } == [1, 2, 0]
      }
      #expect(log.lines.contains { $0.contains("hello") && $0.contains("handler=bot") })
      #expect(log.lines.contains { $0.contains("nobody") })
    }
  }

  @Test func noMoreThanTheWindowIsInFlight() async throws {
    // Holds back its answers until it has four events, waits a little, and says whether there are more.
    let script = """
      import json, os, select, time
      rest, held = b"", []
      while chunk := os.read(0, 65536):
          *lines, rest = (rest + chunk).split(b"\\n")
          held += [json.loads(line)["id"] for line in lines]
          if len(held) >= 4:
              time.sleep(0.2)
              more = str(len(held) > 4 or bool(select.select([0], [], [], 0)[0]))
              answers = [json.dumps(dict(id=id, result="dead", error=more)) + "\\n" for id in held]
              os.write(1, "".join(answers).encode())
              held = []
      """
    try await with(options(["python3", "-c", script]) { $0.window = 4 }) { handler in
      let results = await withTaskGroup(of: DeliveryResult.self) { group in
        for sequence in 1...8 { group.addTask { await handler.handle(attempt(Int64(sequence))) } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results == Array(repeating: .dead(reason: "False"), count: 8))
    }
  }

  @Test func missingProgramIsARetryThatSaysWhy() async throws {
    try await with(options(["/nowhere/worker"]) { $0.timeout = .seconds(0.2) }) { handler in
      guard case .retry(let reason, nil) = await handler.handle(attempt(1)) else {
        Issue.record("a missing program is a retry")
        return
      }
      #expect(reason.contains("/nowhere/worker"))
    }
  }

  @Test func pausesDoubleUntilThereWasHealth() {
    var backoff = RestartBackoff(first: .seconds(0.1), max: .seconds(1), healthy: .seconds(10))
    #expect(
      (0..<6).map { _ in backoff.pause(afterLifeOf: .zero) }
        == [100, 200, 400, 800, 1000, 1000].map(Duration.milliseconds)
    )
    #expect(backoff.pause(afterLifeOf: .seconds(11)) == .milliseconds(100))
  }
}

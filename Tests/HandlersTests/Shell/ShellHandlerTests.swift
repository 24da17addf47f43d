import ChildProcesses
import Foundation
import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import LogSupport
import TestKit
import Testing

@testable import Handlers

@Suite struct TheShellHandler {
  private static let daemon = [
    "PATH": "/usr/bin:/bin", "HOME": "/root", "SECRET": "s3cr3t", "LD_PRELOAD": "/x.so",
  ]

  private func handler(
    _ command: [String],
    environment: [String] = ["PATH"],
    timeout: Duration = .seconds(120),
    grace: Duration = .seconds(5),
    log: CapturedLog = CapturedLog()
  ) -> ShellHandler {
    ShellHandler(
      options: ShellHandlerOptions.test(
        name: "hook",
        command: command,
        environment: environment,
        timeout: timeout,
        grace: grace
      ),
      daemonEnvironment: Self.daemon,
      logger: log.logger
    )
  }

  private func run(_ script: String, log: CapturedLog = CapturedLog()) async -> DeliveryResult {
    await handler(["/bin/sh", "-c", script], log: log).handle(DeliveryAttempt(event: event(1), attempt: 1))
  }

  @Test func statusDecides() async {
    #expect(await run("exit 0") == .delivered)
    #expect(await run("exit 65") == .dead(reason: "The hook refused the event (status 65)."))
    #expect(
      await run("echo no >&2; exit 3") == .retry(reason: "The hook failed with status 3. stderr: no")
    )
    #expect(await run("echo >&2; exit 3") == .retry(reason: "The hook failed with status 3."))
    #expect(await run("kill -9 $$") == .retry(reason: "The hook was ended by signal 9."))
  }

  @Test func bytesOfTheEventStandOnTheInputAsReceived() async throws {
    let folder = try TemporaryFolder()
    let payload = "{\n  \"text\": \"ä\\u0000$(touch \(folder.path)/pwned)\" \r\n}"
    let result = await handler(["/usr/bin/tee", "\(folder.path)/out"])
      .handle(DeliveryAttempt(event: event(1, payload: payload), attempt: 1))
    #expect(result == .delivered)
    #expect(text(of: "\(folder.path)/out") == payload)
    #expect(folder.names == ["out"])
  }

  @Test func environmentIsTheListedNamesAndTheEvent() async throws {
    let log = CapturedLog()
    let handler = handler(
      ["/usr/bin/env"],
      environment: ["HOME", "LD_PRELOAD", "MISSING", "LINQ_WEBHOOK_SECRET"],
      log: log
    )
    let event = StoredEvent(
      sequence: 9,
      eventID: "id-9",
      envelope: EventEnvelope(
        eventType: "message.received",
        eventID: "id-9",
        apiVersion: "v2",
        createdAt: "2026-01-01T00:00:00Z",
        chatID: "chat 1",
        sender: "+12025550147"
      ),
      source: "line=1",
      receivedAtMilliseconds: 0,
      payload: []
    )
    #expect(await handler.handle(DeliveryAttempt(event: event, attempt: 4)) == .delivered)
    let lines = log.lines.map { $0.replacingOccurrences(of: "info ", with: "") }
      .map { $0.components(separatedBy: " event_id=")[0] }
    #expect(
      lines.sorted() == [
        "HOME=/root", "LINQ_API_VERSION=v2", "LINQ_ATTEMPT=4", "LINQ_CHAT_ID=chat 1",
        "LINQ_CREATED_AT=2026-01-01T00:00:00Z", "LINQ_EVENT_ID=id-9", "LINQ_EVENT_TYPE=message.received",
        "LINQ_FROM=+12025550147", "LINQ_HANDLER=hook", "LINQ_SOURCE=line=1",
      ]
    )
  }

  @Test func valuesThatCouldMisleadAreNotSet() {
    let environment = HookEnvironment(handler: "h", listed: ["PATH", "HOME"], daemon: [:])
    let odd = event(
      1,
      chat: "a\nLINQ_ATTEMPT=9",
      sender: "x\0y",
      source: String(repeating: "s", count: 40_000)
    )
    #expect(
      environment.variables(for: DeliveryAttempt(event: odd, attempt: 1)) == [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/", "LINQ_EVENT_ID": "event-1",
        "LINQ_EVENT_TYPE": "message.received", "LINQ_HANDLER": "h", "LINQ_ATTEMPT": "1",
      ]
    )
  }

  @Test func startWarnsOfWhatCannotWork() async throws {
    let log = CapturedLog()
    try await handler(["/nowhere/hook"], environment: ["LD_PRELOAD"], log: log).start()
    #expect(log.lines.count == 2)
    #expect(log.lines[0].contains("/nowhere/hook"))
    #expect(log.lines[1].contains("LD_PRELOAD"))
  }

  @Test func bareNameIsFoundByTheDaemonsPath() async {
    let result = await handler(["true"], environment: []).handle(DeliveryAttempt(event: event(1), attempt: 1))
    #expect(result == .delivered)
  }

  @Test func missingProgramIsARetry() async {
    let result = await handler(["/nowhere/hook"]).handle(DeliveryAttempt(event: event(1), attempt: 1))
    guard case .retry(let reason, nil) = result else { return #expect(result == .delivered) }
    #expect(reason.contains("/nowhere/hook"))
  }

  @Test func outputGoesToTheLogLineByLineEscaped() async {
    let log = CapturedLog()
    _ = await run(#"printf 'one\ntwo\033[2J\n'; printf 'rest' >&2"#, log: log)
    #expect(
      log.lines.sorted() == [
        "info one event_id=event-1 handler=hook stream=stdout",
        "info rest event_id=event-1 handler=hook stream=stderr",
        #"info two\u{1B}[2J event_id=event-1 handler=hook stream=stdout"#,
      ]
    )
  }

  @Test func outputIsBounded() async {
    let log = CapturedLog()
    #expect(await run("yes 0123456789012345678901234567890 | head -c 5000000", log: log) == .delivered)
    // Of 64 KiB, what stands before each line is the larger part.
    #expect(log.lines.count > 400)
    #expect(log.lines.count < 500)
    #expect(log.lines.last?.contains("output limit reached") == true)
  }

  @Test func reasonHoldsTheLastFourKibibytesOfStandardError() async {
    let result = await run("yes begin | head -c 100000 >&2; printf END >&2; exit 1")
    guard case .retry(let reason, nil) = result else { return #expect(result == .delivered) }
    #expect(reason.hasSuffix("END"))
    #expect((4_096...4_200).contains(reason.utf8.count))
  }

  @Test func reasonIsCountedInBytesAndHoldsWholeCharacters() async {
    let result = await run("yes 'начало' | head -n 400 >&2; printf 'конец' >&2; exit 65")
    guard case .dead(let reason) = result else { return #expect(result == .delivered) }
    #expect(reason.hasSuffix("конец"))
    #expect((4_096...4_200).contains(reason.utf8.count))
    #expect(!reason.contains("\u{FFFD}"))
  }

  @Test func timeoutIsARetryAndEndsEverything() async throws {
    ProcessSetup.prepare()
    let folder = try TemporaryFolder()
    let script = "trap '' TERM; setsid sh -c 'echo $$ > \(folder.path)/pid; exec sleep 600' & sleep 600"
    let handler = handler(["/bin/sh", "-c", script], timeout: .seconds(0.5), grace: .seconds(0.1))
    let result = await handler.handle(DeliveryAttempt(event: event(1), attempt: 1))
    #expect(result == .retry(reason: "The hook ran for more than 0.5 s."))
    let stray = text(of: "\(folder.path)/pid").trimmingCharacters(in: .newlines)
    #expect(!stray.isEmpty)
    await eventually("the stray is gone") { !FileManager.default.fileExists(atPath: "/proc/\(stray)") }
  }

  @Test func cancelledAttemptEndsTheHook() async throws {
    let folder = try TemporaryFolder()
    let handler = handler(["/bin/sh", "-c", "echo $$ > \(folder.path)/pid; sleep 600"])
    let attempt = Task { await handler.handle(DeliveryAttempt(event: event(1), attempt: 1)) }
    await eventually("the hook runs") { text(of: "\(folder.path)/pid").hasSuffix("\n") }
    attempt.cancel()
    #expect(await attempt.value == .retry(reason: "The hook was ended before it was done."))
  }
}

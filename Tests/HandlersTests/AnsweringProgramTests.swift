import Foundation
import LinqEvents
import LinqhookDelivery
import LogSupport
import TestKit
import Testing

@testable import Handlers

/// What a hook or a worker wants sent.
@Suite struct AnsweringProgramTests {
  private let log = CapturedLog()

  private func hook(_ script: String, _ reply: HookReply, input: HookInput = .event) -> ShellHandler {
    var options = ShellHandlerOptions.test(
      name: "hook",
      command: ["/bin/sh", "-c", script],
      environment: ["PATH"],
      input: input,
      timeout: .seconds(60)
    )
    options.reply = reply
    return ShellHandler(options: options, daemonEnvironment: ["PATH": "/usr/bin:/bin"], logger: log.logger)
  }

  private func answer(_ handler: any AnsweringHandler, _ payload: String? = nil) async -> ProgramAnswer {
    await handler.answer(DeliveryAttempt(event: event(1, payload: payload), attempt: 1))
  }

  @Test func whatAHookPrintsIsItsAnswerAndNotInTheLog() async throws {
    guard case .text(let text) = await answer(hook("echo hello; echo note >&2", .text)) else { throw Other() }
    #expect(String(decoding: text, as: UTF8.self) == "hello\n")
    guard case .lines(let lines) = await answer(hook("echo hello", .actions)) else { throw Other() }
    #expect(String(decoding: lines, as: UTF8.self) == "hello\n")
    #expect(log.text.contains("note") && !log.text.contains("hello"))
  }

  @Test func withoutReplyTheOutputGoesToTheLog() async throws {
    guard case .result(.delivered) = await answer(hook("echo hello", .off)) else { throw Other() }
    #expect(log.text.contains("hello"))
  }

  @Test(arguments: [(65, "dead"), (1, "retry")]) func aHookThatFailsAnswersNothing(status: Int, kind: String)
    async throws
  {
    guard case .result(let result) = await answer(hook("echo hello; exit \(status)", .text)) else {
      throw Other()
    }
    #expect("\(result)".hasPrefix(kind))
  }

  @Test func moreThanAnAnswerMayHaveIsReadAndForgotten() async throws {
    let script = "head -c 100000000 /dev/zero"
    guard case .text(let text) = await answer(hook(script, .text)) else { throw Other() }
    #expect(text.count == HookRun.maxCapturedBytes)
  }

  @Test func aHookSeesWhereAttachmentsAre() async throws {
    var attempt = DeliveryAttempt(event: event(1), attempt: 1)
    var media = MessagePart.Media()
    media.path = "/media/a/photo.jpg"
    attempt.message.parts = [.media(media)]
    guard case .text(let text) = await hook("cat", .text, input: .message).answer(attempt) else {
      throw Other()
    }
    #expect(String(decoding: text, as: UTF8.self).contains(#""path":"/media/a/photo.jpg""#))
    var line: [UInt8] = []
    WorkerLine.append(attempt, id: "e", withMessage: true, to: &line)
    #expect(String(decoding: line, as: UTF8.self).contains(#""path":"/media/a/photo.jpg""#))
  }

  @Test(arguments: [
    (#"{"id":"e","result":"ok","actions":[{"reply":"x"}, 1]}"#, #"[{"reply":"x"},1]"#),
    (#"{"id":"e","result":"ok","actions":[]}"#, "[]"), (#"{"actions":{},"id":"e","result":"ok"}"#, "{}"),
    (#"{"id":"e","result":"ok","actions":[{"reply":"x"}"#, ""),
  ]) func aWorkersActionsAreHandedOnAsTheyAre(line: String, expected: String) throws {
    guard case .list(let list)? = WorkerAnswer(Array(line.utf8))?.answer else { throw Other() }
    #expect(String(decoding: list, as: UTF8.self) == expected)
  }

  @Test(arguments: [
    (#"{"id":"e","result":"ok"}"#, "delivered"), (#"{"id":"e","result":"ok","actions":null}"#, "delivered"),
    (#"{"id":"e","result":"dead","actions":[{"reply":"x"}]}"#, "dead"),
    (#"{"id":"e","result":"retry","actions":[{"reply":"x"}]}"#, "retry"),
  ]) func actionsCountOnlyWithOk(line: String, expected: String) throws {
    guard case .result(let result)? = WorkerAnswer(Array(line.utf8))?.answer else { throw Other() }
    #expect("\(result)".hasPrefix(expected))
  }

  @Test func aWorkerAnswersWithActions() async throws {
    let script =
      #"while read -r line; do id=${line#*\"id\":\"}; id=${id%%\"*}; echo "{\"id\":\"$id\",\"result\":\"ok\",\"actions\":[{\"reply\":\"$id\"}]}"; done"#
    let handler = WorkerHandler(
      options: .test(name: "bot", command: ["/bin/sh", "-c", script], environment: ["PATH"]),
      daemonEnvironment: ["PATH": "/usr/bin:/bin"],
      logger: log.logger
    )
    try await handler.start()
    guard case .list(let list) = await answer(handler) else { throw Other() }
    #expect(String(decoding: list, as: UTF8.self) == #"[{"reply":"event-1"}]"#)
    #expect(await handler.handle(DeliveryAttempt(event: event(2), attempt: 1)) == .delivered)
    await handler.stop()
  }

  private struct Other: Error {}
}

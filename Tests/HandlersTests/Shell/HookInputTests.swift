import Foundation
import LinqEvents
import LinqhookDelivery
import LogSupport
import TestKit
import Testing

@testable import Handlers

/// What a program gets of an event: its bytes, the message view, or the text.
@Suite struct HookInputTests {
  private static let message =
    #"{"api_version":"v3","webhook_version":"2026-02-03","event_type":"message.received","event_id":"event-1","#
    + #""created_at":"2026-11-30T09:00:00Z","data":{"id":"m-1","direction":"inbound","service":"iMessage","#
    + #""chat":{"id":"c-1","is_group":false,"owner_handle":{"handle":"+12025550100","is_me":true}},"#
    + #""sender_handle":{"handle":"+12025550147","is_me":false},"#
    + #""parts":[{"type":"text","value":"two\nlines"}],"sent_at":"2026-11-30T09:00:00Z"}}"#

  private func run(
    _ script: String,
    input: HookInput,
    payload: String = message
  ) async throws -> String {
    let folder = try TemporaryFolder()
    let handler = ShellHandler(
      options: ShellHandlerOptions.test(
        name: "hook",
        command: ["/bin/sh", "-c", script, folder.file("out")],
        environment: ["PATH"],
        input: input,
        timeout: .seconds(60)
      ),
      daemonEnvironment: ["PATH": "/usr/bin:/bin"],
      logger: CapturedLog().logger
    )
    let attempt = DeliveryAttempt(event: event(1, chat: "c-1", payload: payload), attempt: 1)
    #expect(await handler.handle(attempt) == .delivered)
    return folder.read("out")
  }

  @Test func theEventIsItsBytes() async throws {
    #expect(try await run("cat >\"$0\"", input: .event) == Self.message)
  }

  @Test func theMessageIsOneLineOfTheView() async throws {
    let line = try await run("cat >\"$0\"", input: .message)
    #expect(line.hasSuffix("}\n") && line.split(separator: "\n").count == 1)
    let view = try JSONValue(parsing: Array(line.utf8).span)
    #expect(view == MessageView(event: try JSONValue(parsing: Array(Self.message.utf8).span)).json)
    #expect(view[member: "from"]?.string == "+12025550147")
  }

  @Test func theTextIsTheTextAlone() async throws {
    #expect(try await run("cat >\"$0\"", input: .text) == "two\nlines")
    #expect(try await run("cat >\"$0\"", input: .text, payload: #"{"event_type":"call.completed"}"#) == "")
  }

  @Test func variablesSayWhatTheEventSaysAndAreUnsetWhereItDoesNot() async throws {
    let names = ["LINQ_MESSAGE_ID", "LINQ_LINE", "LINQ_SERVICE", "LINQ_IS_GROUP", "LINQ_IS_OWN"]
    let script = names.map { "echo \"${\($0)-unset}\"" }.joined(separator: ";")
    let said = try await run("{ \(script); } >\"$0\"", input: .event)
    #expect(said == "m-1\n+12025550100\niMessage\n0\n0\n")
    let nothing = try await run("{ \(script); } >\"$0\"", input: .event, payload: "{}")
    #expect(nothing == String(repeating: "unset\n", count: 5))
  }

  @Test(arguments: [false, true]) func aWorkersLineHasTheMessageWhereItIsAskedFor(isAsked: Bool) throws {
    var line: [UInt8] = []
    let attempt = DeliveryAttempt(event: event(1, payload: Self.message), attempt: 2)
    WorkerLine.append(attempt, id: "event-1", withMessage: isAsked, to: &line)
    #expect(line.last == UInt8(ascii: "\n"))
    let object = try JSONValue(parsing: line.span)
    #expect(object[member: "event"] == (try JSONValue(parsing: Array(Self.message.utf8).span)))
    #expect(object[member: "message"]?[member: "text"]?.string == (isAsked ? "two\nlines" : nil))
    #expect((object[member: "message"] != nil) == isAsked)
  }
}

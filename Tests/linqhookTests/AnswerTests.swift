import Foundation
import ReceiverSupport
import SystemPackage
import TestKit
import Testing

/// Handlers that answer, by the programs that an operator has: the examples of the documentation against the stand-in.
@Suite(.timeLimit(.minutes(3))) struct AnswerTests {
  private static let begin = """
    set -e
    trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
    cd "$FOLDER"
    linqhook sandbox --listen 127.0.0.1:0 --time-scale 60 --quiet >sandbox.out 2>sandbox.log &
    until grep -qs : sandbox.out || ! kill -0 $!; do sleep 0.05; done
    export LINQ_API_URL="http://$(cat sandbox.out)" LINQ_INTEGRATION_TOKEN=$TOKEN
    linqhook api subscriptions create --url "http://$RECEIVER/webhooks/linq" --secret-file secret >/dev/null
    LINQHOOK_CONFIG=linqhook.yaml $SERVE >receiver.out 2>receiver.log &
    until grep -qs : receiver.out || ! kill -0 $!; do sleep 0.05; done
    person() { curl -sS --fail-with-body -d "$2" "$LINQ_API_URL/sandbox/$1"; echo; }
    member() { sed "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/"; }
    says() { person messages "{\\"from\\": \\"+12025550147\\", \\"text\\": \\"$1\\"}"; }
    arrived() { timeout 30 bash -c "until grep -qs '$1' events.ndjson; do sleep 0.05; done" || { cat receiver.log; exit 91; }; }
    settled() { timeout 30 bash -c 'while linqhook handlers list --config linqhook.yaml --json | grep -q "\\"pending\\":[1-9]"; do sleep 0.05; done'; }

    """
  private static let token = "canary-token-4711"
  private static let hooks = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../config/hooks").standardized.path

  private func run(_ handler: String, _ steps: String, program: String? = nil) async throws -> (
    output: String, events: String, log: String
  ) {
    let folder = try TemporaryFolder()
    let receiver = "127.0.0.1:\(Int.random(in: 20_000..<32_000))"
    try folder.write(
      "linqhook.yaml",
      """
      listen: \(receiver)
      admin: {listen: off}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      inbox: {path: \(folder.file("inbox.db"))}
      linq: {token: env:LINQ_INTEGRATION_TOKEN}
      log: {level: debug}
      handlers:
        - \(handler.replacing("HOOKS", with: Self.hooks).replacing("FOLDER", with: folder.path))
        - {name: archive, type: file, path: \(folder.file("events.ndjson"))}
      """
    )
    let outcome = try await Program.shell(
      Self.begin + steps,
      environment: [
        "FOLDER": folder.path, "RECEIVER": receiver, "TOKEN": Self.token,
        "SERVE": program.map { Program.path.removingLastComponent().appending($0).string }
          ?? "linqhook serve",
      ]
    )
    let log = folder.read("receiver.log")
    #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.messages)\n\(log)")
    #expect(!log.contains(Self.token))
    return (outcome.output, folder.read("events.ndjson"), log)
  }

  @Test func oneLineOfShellIsAWholeBot() async throws {
    let (_, events, _) = try await run(
      "{name: echo, type: shell, command: [rev], input: text, reply: text, events: [message.received]}",
      """
      says "hello bot"
      arrived 'tob olleh'
      """
    )
    #expect(events.contains("tob olleh"))
  }

  @Test func aHandlerTypeInSwiftAnswers() async throws {
    let (_, events, _) = try await run(
      "{name: bot, type: echo, events: [message.received], reply: actions}",
      """
      says "hello bot"
      arrived 'tob olleh'
      arrived 'reaction.added'
      """,
      program: "EchoBot"
    )
    #expect(events.contains("tob olleh"))
  }

  @Test func theMenuAnswersWhatItKnowsAndIsSilentOtherwise() async throws {
    let (_, events, _) = try await run(
      "{name: menu, type: shell, command: [HOOKS/menu.sh], input: text, reply: text, events: [message.received]}",
      """
      says "nothing that it knows"
      says "your HOURS please"
      arrived 'open from 9 to 17'
      says "help"
      arrived 'Write HOURS or ADDRESS'
      """
    )
    #expect(events.components(separatedBy: "message.sent\"").count - 1 == 2, "\(events)")
  }

  @Test func theWorkerReactsQuotesAndSendsThePictureBack() async throws {
    let (output, events, _) = try await run(
      """
      {name: bot, type: worker, command: [python3, HOOKS/answering-worker.py], input: message, reply: actions,
           typing: true, read: true, attachments: {folder: FOLDER/media}, events: [message.received]}
      """,
      """
      says "are you there?"
      arrived 'I shall find out'
      person messages '{"from": "+12025550147", "text": "look", "attachments": [{"filename": "../../x.png", "content_type": "image/png", "text": "PIXELS"}]}'
      arrived 'Here it is again'
      arrived 'reaction.added'
      find media -type f
      cat media/*/x.png; echo
      test "$(find "$FOLDER/.." -maxdepth 2 -name x.png | wc -l)" = 0
      """
    )
    #expect(output.contains("PIXELS"))
    #expect(events.contains("reply_to"))
  }

  /// Two bots on two handlers hear each other's answers; the guard keeps each from what we sent ourselves.
  @Test func ourOwnMessagesAreNotAnswered() async throws {
    let (output, _, log) = try await run(
      "{name: echo, type: shell, command: [rev], input: text, reply: text, events: [message.*]}",
      """
      says "abc"
      arrived cba
      settled
      id=$(linqhook events list --config linqhook.yaml --type message.sent --json | sed -n 's/.*"event_id":"\\([^"]*\\)".*/\\1/p' | head -1)
      linqhook events show "$id" --config linqhook.yaml
      """
    )
    #expect(output.contains("skipped"), "\(output)")
    #expect(output.contains("our own"), "\(output)")
    #expect(log.contains("guard"))
  }

  @Test(arguments: [
    (#"echo 'no json'"#, "Line 1"), (#"echo '{"reply": 5}'"#, "reply"),
    (#"echo '{"answer": "x"}'"#, "Line 1"),
    ("head -c 3000000 /dev/zero | tr '\\\\0' x", "more than"), (#"printf '\\377\\n'"#, "Line 1"),
  ])
  func whatIsNoActionIsADeadLetter(script: String, reason: String) async throws {
    let (output, events, _) = try await run(
      #"{name: bot, type: shell, command: [/bin/sh, -c, "\#(script.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))"], reply: actions, events: [message.received]}"#,
      """
      says "abc"
      timeout 30 bash -c 'until linqhook dead list --config linqhook.yaml --json | grep -q bot; do sleep 0.05; done'
      linqhook dead list --config linqhook.yaml --json
      """
    )
    #expect(output.contains(reason), "\(output)")
    #expect(!events.contains("message.sent"))
  }

  @Test func aProgramSeesNoToken() async throws {
    let (output, _, _) = try await run(
      #"{name: bot, type: shell, command: [/bin/sh, -c, "env; tr '\\0' ' ' </proc/$PPID/cmdline; echo seen >>$HOME/seen"], environment: [PATH, HOME], reply: text, events: [message.received]}"#
        .replacing("$HOME/seen", with: "FOLDER/seen"),
      """
      says "abc"
      arrived LINQ_EVENT_ID
      grep -c "$TOKEN" events.ndjson receiver.log || true
      tr '\\0' '\\n' </proc/$(cat inbox.db.lock)/cmdline
      """
    )
    #expect(!output.contains(Self.token))
  }
}

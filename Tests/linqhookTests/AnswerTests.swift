import Foundation
import ReceiverSupport
import SystemPackage
import Testing

/// Handlers that answer, by the programs that an operator has: the examples of the documentation against the stand-in.
@Suite(.timeLimit(.minutes(3))) struct AnswerTests {
  private func run(_ handler: String, _ steps: String, program: String? = nil) async throws
    -> BotStage.Outcome
  {
    var stage = BotStage(handlers: [handler])
    if let program { stage.serve = Program.path.removingLastComponent().appending(program).string }
    return try await stage.run(steps)
  }

  @Test func oneLineOfShellIsAWholeBot() async throws {
    let outcome = try await run(
      "{name: echo, type: shell, command: [rev], input: text, reply: text, events: [message.received]}",
      """
      says "hello bot"
      arrived 'tob olleh'
      """
    )
    #expect(outcome.events.contains("tob olleh"))
  }

  @Test func aHandlerTypeInSwiftAnswers() async throws {
    let outcome = try await run(
      "{name: bot, type: echo, events: [message.received], reply: actions}",
      """
      says "hello bot"
      arrived 'tob olleh'
      arrived 'reaction.added'
      """,
      program: "EchoBot"
    )
    #expect(outcome.events.contains("tob olleh"))
  }

  @Test func theMenuAnswersWhatItKnowsAndIsSilentOtherwise() async throws {
    let outcome = try await run(
      "{name: menu, type: shell, command: [HOOKS/menu.sh], input: text, reply: text, events: [message.received]}",
      """
      says "nothing that it knows"
      says "your HOURS please"
      arrived 'open from 9 to 17'
      says "help"
      arrived 'Write HOURS or ADDRESS'
      """
    )
    #expect(outcome.events.components(separatedBy: "message.sent\"").count - 1 == 2, "\(outcome.events)")
  }

  @Test func theWorkerReactsQuotesAndSendsThePictureBack() async throws {
    let outcome = try await run(
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
    #expect(outcome.output.contains("PIXELS"))
    #expect(outcome.events.contains("reply_to"))
  }

  /// Two bots on two handlers hear each other's answers; the guard keeps each from what we sent ourselves.
  @Test func ourOwnMessagesAreNotAnswered() async throws {
    let outcome = try await run(
      "{name: echo, type: shell, command: [rev], input: text, reply: text, events: [message.*]}",
      """
      says "abc"
      arrived cba
      settled
      id=$(linqhook events list --config linqhook.yaml --type message.sent --json | sed -n 's/.*"event_id":"\\([^"]*\\)".*/\\1/p' | head -1)
      linqhook events show "$id" --config linqhook.yaml
      """
    )
    #expect(outcome.output.contains("skipped"), "\(outcome.output)")
    #expect(outcome.output.contains("our own"), "\(outcome.output)")
    #expect(outcome.log.contains("guard"))
  }

  @Test(arguments: [
    (#"echo 'no json'"#, "Line 1"), (#"echo '{"reply": 5}'"#, "reply"),
    (#"echo '{"answer": "x"}'"#, "Line 1"),
    ("head -c 3000000 /dev/zero | tr '\\\\0' x", "more than"), (#"printf '\\377\\n'"#, "Line 1"),
  ])
  func whatIsNoActionIsADeadLetter(script: String, reason: String) async throws {
    let outcome = try await run(
      #"{name: bot, type: shell, command: [/bin/sh, -c, "\#(script.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))"], reply: actions, events: [message.received]}"#,
      """
      says "abc"
      timeout 30 bash -c 'until linqhook dead list --config linqhook.yaml --json | grep -q bot; do sleep 0.05; done'
      linqhook dead list --config linqhook.yaml --json
      """
    )
    #expect(outcome.output.contains(reason), "\(outcome.output)")
    #expect(!outcome.events.contains("message.sent"))
  }

  @Test func aProgramSeesNoToken() async throws {
    let outcome = try await run(
      #"{name: bot, type: shell, command: [/bin/sh, -c, "env; tr '\\0' ' ' </proc/$PPID/cmdline; echo seen >>$HOME/seen"], environment: [PATH, HOME], reply: text, events: [message.received]}"#
        .replacing("$HOME/seen", with: "FOLDER/seen"),
      """
      says "abc"
      arrived LINQ_EVENT_ID
      grep -c "$TOKEN" events.ndjson receiver.log || true
      tr '\\0' '\\n' </proc/$(cat inbox.db.lock)/cmdline
      """
    )
    #expect(!outcome.output.contains(BotStage.token))
  }
}

import Foundation
import ReceiverSupport
import TestKit
import Testing

/// The life of an account of Partner API V3, by the programs that an operator has.
@Suite(.timeLimit(.minutes(3))) struct V3AccountTests {
  /// Starts the sandbox and the receiver, and defines what the steps need.
  private static let begin = """
    set -e
    trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
    cd "$FOLDER"
    linqhook sandbox --listen 127.0.0.1:0 --time-scale 20 --quiet >sandbox.out 2>sandbox.log &
    until grep -qs : sandbox.out || ! kill -0 $!; do sleep 0.05; done
    export LINQ_API_URL="http://$(cat sandbox.out)" LINQ_INTEGRATION_TOKEN=try-it-out
    linqhook api numbers
    linqhook api subscriptions create --url "http://$RECEIVER/webhooks/linq" --secret-file secret
    linqhook serve --config linqhook.yaml >receiver.out 2>receiver.log &
    until grep -qs : receiver.out || ! kill -0 $!; do sleep 0.05; done
    linqhook api subscriptions check --config linqhook.yaml
    person() { curl -sS --fail-with-body -d "$2" "$LINQ_API_URL/sandbox/$1"; echo; }
    member() { sed "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/"; }
    arrived() { timeout 30 bash -c "until grep -qs '$1' events.ndjson; do sleep 0.05; done"; }

    """

  private func run(_ steps: String) async throws -> (outcome: Program.Outcome, events: String) {
    let folder = try TemporaryFolder()
    let receiver = "127.0.0.1:\(Int.random(in: 20_000..<32_000))"
    try folder.write(
      "linqhook.yaml",
      """
      listen: \(receiver)
      admin: {listen: off}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      inbox: {path: \(folder.file("inbox.db"))}
      handlers: [{name: archive, type: file, path: \(folder.file("events.ndjson"))}]
      linq: {watch: {every: 1s}}
      """
    )
    let outcome = try await Program.shell(
      Self.begin + steps,
      environment: ["FOLDER": folder.path, "RECEIVER": receiver]
    )
    return (outcome, folder.read("events.ndjson"))
  }

  @Test func messagesFilesAndReactionsGoInAndOut() async throws {
    let (outcome, events) = try await run(
      """
      in=$(person messages '{"from": "+12025550147", "text": "in", "attachments": [{"filename": "in.txt", "text": "inside"}]}')
      arrived in.txt
      chat=$(member chat_id <<<"$in"); message=$(sed 's/.*"message_id":"\\([^"]*\\)","v2.*/\\1/' <<<"$in")
      printf 'outside' >out.txt
      linqhook api attach "$chat" out.txt --text "out"
      linqhook api react "$message" love
      linqhook api react "$message" love --remove
      linqhook api typing "$chat"
      linqhook api read "$chat"
      person reactions '{"message_id": "'"$message"'", "type": "custom", "custom_emoji": "🎉"}'
      arrived 🎉
      file=$(sed -n 's/.*"type":"media","id":"\\([^"]*\\)".*/\\1/p' events.ndjson | head -1)
      curl -sS "$(linqhook api attachment "$file" --json | member download_url)"; echo
      linqhook sandbox verdict --file events.ndjson --report "$LINQ_API_URL/sandbox/report" --wait 30
      """
    )
    #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.messages)")
    #expect(outcome.output.contains("inside"))
    for text in ["in.txt", "out.txt", "message.delivered", "reaction.added", "reaction.removed"] {
      #expect(events.contains("\"\(text)\""), "no \(text)")
    }
  }

  @Test func aPersonWhoOptedOutGetsNothingAndAnInactiveSubscriptionIsFound() async throws {
    let (outcome, events) = try await run(
      """
      linqhook api send --from +12025550199 --to +12025550147 --text "before"
      arrived before
      person messages '{"from": "+12025550147", "text": "STOP"}'
      arrived OPTED_OUT
      if linqhook api send --from +12025550199 --to +12025550147 --text "after"; then exit 90; fi
      id=$(linqhook api subscriptions list --json | member id)
      linqhook api subscriptions update "$id" --inactive
      timeout 10 bash -c "until grep -qs 'subscription problem .*$id is inactive' receiver.log; do sleep 0.05; done"
      if linqhook api subscriptions check --config linqhook.yaml; then exit 91; fi
      person messages '{"from": "+12025550147", "text": "unheard"}'
      linqhook api subscriptions update "$id" --active
      timeout 10 bash -c "until grep -qs 'problem is gone .*$id is inactive' receiver.log; do sleep 0.05; done"
      linqhook sandbox verdict --file events.ndjson --report "$LINQ_API_URL/sandbox/report" --wait 30
      """
    )
    #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.messages)")
    #expect(outcome.messages.contains("2024"), "\(outcome.messages)")
    #expect(outcome.output.contains("inactive"), "\(outcome.output)")
    #expect(!events.contains("after") && !events.contains("unheard"))
  }
}

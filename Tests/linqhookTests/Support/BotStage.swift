import Foundation
import ReceiverSupport
import SystemPackage
import TestKit
import Testing

/// A receiver with handlers that answer, the stand-in for Linq, and a shell that plays the people and the operator.
struct BotStage {
  static let token = "canary-token-4711"
  static let hooks = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../config/hooks").standardized.path

  /// What was left when the steps were done.
  struct Outcome {
    var output: String
    var events: String
    var log: String
  }

  /// HOOKS and FOLDER in what stands here are replaced by the folder of examples and that of the run.
  var handlers: [String]
  /// The section `linq` but for its URL.
  var linq = "token: env:LINQ_INTEGRATION_TOKEN"
  /// Further options of the stand-in.
  var sandbox = "--time-scale 60 --quiet"
  /// Runs the receiver in linqhook's place.
  var serve = "linqhook serve"

  private static let begin = """
    set -e
    trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
    cd "$FOLDER"
    linqhook sandbox --listen 127.0.0.1:0 $SANDBOX >sandbox.out 2>sandbox.log &
    until grep -qs : sandbox.out || ! kill -0 $!; do sleep 0.05; done
    export LINQ_API_URL="http://$(cat sandbox.out)" LINQ_INTEGRATION_TOKEN=$TOKEN
    member() { sed "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/"; }
    # The receiver needs the secret to start, and Linq the receiver's port to deliver.
    created=$(linqhook api subscriptions create --url http://127.0.0.1:9/ --secret-file secret --json)
    LINQHOOK_CONFIG=linqhook.yaml $SERVE >receiver.out 2>receiver.log &
    receiver=$!
    until grep -qs : receiver.out || ! kill -0 $!; do sleep 0.05; done
    linqhook api subscriptions update "$(member id <<<"$created")" \
      --url "http://$(cut -d ' ' -f 1 receiver.out)/webhooks/linq?version=2026-02-03" >/dev/null
    export LINQHOOK_CONFIG=linqhook.yaml
    person() { curl -sS --fail-with-body -d "$2" "$LINQ_API_URL/sandbox/$1"; echo; }
    says() { person messages "{\\"from\\": \\"+12025550147\\", \\"text\\": \\"$1\\"}"; }
    becomes() { timeout 30 bash -c "until $1; do sleep 0.05; done" || { echo "never: $1"; cat receiver.log; exit 91; }; }
    arrived() { becomes "grep -qs '$1' events.ndjson"; }
    settled() { becomes '! linqhook handlers list --json | grep -q "\\"pending\\":[1-9]"'; }
    dead() { linqhook dead list --json | grep -o '"event_id"' | wc -l; }
    peak() { sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$receiver/status; }
    export -f dead

    """

  /// Starts all, and takes the steps.
  func run(_ steps: String, files: [String: String] = [:]) async throws -> Outcome {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(name, text, mode: 0o700) }
    let handlers = handlers.map {
      "  - " + $0.replacing("HOOKS", with: Self.hooks).replacing("FOLDER", with: folder.path)
    }
    try folder.write(
      "linqhook.yaml",
      """
      listen: 127.0.0.1:0
      admin: {listen: off}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      inbox: {path: \(folder.file("inbox.db"))}
      linq: {\(linq.replacing("FOLDER", with: folder.path))}
      log: {level: debug}
      handlers:
      \(handlers.joined(separator: "\n"))
        - {name: archive, type: file, path: \(folder.file("events.ndjson"))}
      """
    )
    let outcome = try await Program.shell(
      Self.begin + steps,
      environment: [
        "FOLDER": folder.path, "TOKEN": Self.token, "SANDBOX": sandbox,
        "SERVE": serve.replacing("FOLDER", with: folder.path),
      ]
    )
    let log = folder.read("receiver.log")
    #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.messages)\n\(log)")
    #expect(!log.contains(Self.token))
    return Outcome(output: outcome.output, events: folder.read("events.ndjson"), log: log)
  }
}

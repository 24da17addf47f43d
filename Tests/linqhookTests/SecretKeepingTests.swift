import Foundation
import ReceiverSupport
import SystemPackage
import TestKit
import Testing

/// Secrets stand where the operator put them and nowhere else, whatever happens: a receiver with every handler
/// type is fed good and bad requests, asked everything, reloaded badly, and crashed with core files allowed.
/// Then all that it wrote, and all that others saw of it, is searched for each secret in every spelling.
@Suite(.timeLimit(.minutes(3))) struct SecretKeepingTests {
  private let folder: TemporaryFolder
  private let canaries = Canaries()

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("kept"), withIntermediateDirectories: true)
    try folder.write("kept/secret", canaries.inFile)
    try folder.write("hook", Self.hook, mode: 0o755)
    try folder.write("worker", Self.worker, mode: 0o755)
  }

  /// Writes down all that a hook can see of itself and of the receiver's command line.
  private static let hook = """
    #!/bin/sh
    cd "$(dirname "$0")"
    { env; tr '\\0' '\\n' </proc/self/environ; tr '\\0' '\\n' </proc/$PPID/cmdline; ls -l /proc/self/fd; } >>hook.log
    cat >>hook.log
    echo "said on standard error" >&2
    """

  private static let worker = """
    #!/bin/sh
    env >>"$(dirname "$0")/worker.log"
    while read -r line; do
      id=${line#'{"id":"'}
      echo "{\\"id\\":\\"${id%%'"'*}\\",\\"result\\":\\"ok\\"}"
    done
    """

  private var configuration: String {
    """
    listen: 127.0.0.1:0
    admin: {listen: 127.0.0.1:0, token: env:ADMIN_TOKEN}
    endpoints:
      - path: /webhooks/linq
        secrets: [env:LINQ_WEBHOOK_SECRET, file:\(folder.file("kept/secret"))]
    inbox: {path: \(folder.file("inbox.db"))}
    log: {level: trace}
    handlers:
      - {name: log, type: log, level: debug, redact: false}
      - {name: archive, type: file, path: \(folder.file("events.ndjson")), format: envelope}
      - {name: hook, type: shell, command: [\(folder.file("hook"))]}
      - {name: worker, type: worker, command: [\(folder.file("worker"))]}
      - name: crm
        type: http
        url: http://127.0.0.1:1/hooks
        secret: env:CRM_SECRET
        headers: {Authorization: env:CRM_AUTHORIZATION}
        retry: {attempts: 1}
    """
  }

  private func linqhook(_ name: String, _ script: String) async throws {
    let outcome = try await Program.shell(
      "export LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))'; set +e; \(script)",
      environment: canaries.environment
    )
    try folder.write("command-\(name).txt", "\(outcome.output)\n\(outcome.messages)")
  }

  @Test func noSecretIsFoundInAnythingThatWasWritten() async throws {
    let status = try await withReceiver(
      in: folder,
      configuration: configuration,
      environment: canaries.environment,
      program: "/bin/bash",
      arguments: { ["-c", "ulimit -c unlimited; cd '\(folder.path)'; exec linqhook serve --config '\($0)'"] }
    ) { receiver in
      try await requests(receiver)
      try await questions(receiver)
      try await badReload(receiver)
      // A sanitizer leaves this one to the program.
      try receiver.signal(Signal(rawValue: SIGABRT))
    }
    #expect(status == 128 + 6)
    try await linqhook(
      "stopped",
      "linqhook events list --json; linqhook dead list; linqhook quarantine show 2"
    )
    // What holds them is found, so the search works.
    #expect(Set(try canaries.places(in: folder.path)) == ["kept/secret"])
    #expect(folder.read("hook.log").contains("LINQ_EVENT_ID=one"))
    #expect(folder.read("worker.log").contains("PATH="))
    #expect(folder.read("command-running.txt").contains("one"))
    // The quarantine keeps the signatures of what was refused, the log does not.
    #expect(folder.read("command-quarantine.txt").contains(Self.forged))
    #expect(!folder.read("receiver.log").contains(Self.forged))
  }

  private static let forged = String(repeating: "c0ffee00", count: 8)

  private func requests(_ receiver: RunningReceiver) async throws {
    try await linqhook(
      "sent",
      """
      linqhook send \(receiver.url) --id one
      linqhook send \(receiver.url) --id one
      linqhook send \(receiver.url) --id two --scheme standard --secret-file '\(folder.file("kept/secret"))'
      linqhook send http://127.0.0.1:1/closed --id three
      linqhook send \(receiver.url)/elsewhere --id four
      """
    )
    let body = Array(#"{"event_id":"forged"}"#.utf8)
    for headers in [
      [("X-Webhook-Signature", "sha256=\(Self.forged)")], [("X-Webhook-Signature", "sha256=no")], [],
      [("webhook-id", "a"), ("webhook-timestamp", "1"), ("webhook-signature", "v1,\(Self.forged)")],
    ] {
      #expect(try await receiver.post(body, headers: headers).status == 401)
    }
    try await receiver.settled()
  }

  private func questions(_ receiver: RunningReceiver) async throws {
    for path in ["/metrics", "/readyz?verbose", "/livez", "/api/events"] {
      try folder.write("answer\(path.replacing("/", with: "-")).txt", try await receiver.get(path).body)
    }
    try await linqhook(
      "running",
      """
      linqhook check --print; linqhook health; linqhook events list --json; linqhook events show one --json
      linqhook events stats; linqhook dead list --json
      curl -sS -H "Authorization: Bearer $ADMIN_TOKEN" http://\(receiver.adminAddress)/api/events
      curl -sS -H "Authorization: Bearer wrong" http://\(receiver.adminAddress)/api/events
      """
    )
    try await linqhook(
      "quarantine",
      "linqhook quarantine list --json; linqhook quarantine show 1; linqhook quarantine show 2"
    )
    try await linqhook(
      "explained",
      """
      printf 'POST / HTTP/1.1\\r\\nX-Webhook-Signature: sha256=\(Self.forged)\\r\\n\\r\\n{}' | linqhook verify --explain -
      """
    )
  }

  /// Each of these is wrong beside a secret, and none may be taken over.
  private func badReload(_ receiver: RunningReceiver) async throws {
    let good = configuration
    for wrong in [
      good.replacing("env:LINQ_WEBHOOK_SECRET", with: canaries.inFile + "\\n"),
      good.replacing("env:ADMIN_TOKEN", with: "env:\(canaries.inFile)"),
      good.replacing("env:CRM_SECRET", with: "file:\(canaries.webhook)"),
      good + "\nsecret: \(canaries.inFile): [",
    ] {
      try folder.write("kept/bad.yaml", wrong)
      try await linqhook("checked", "linqhook check --config '\(folder.file("kept/bad.yaml"))'")
      let said = folder.read("command-checked.txt")
      #expect(said.contains("bad.yaml:"))
      #expect(!canaries.isIn(Data(said.utf8)), "\(said)")
      try FileManager.default.removeItem(atPath: folder.file("kept/bad.yaml"))
    }
    try folder.write("linqhook.yaml", good.replacing("handlers:", with: "handlres:"))
    try receiver.signal(.terminalClosed)
    try await folder.waitForLine(with: "could not reload", in: "receiver.log")
    try folder.write("linqhook.yaml", good)
  }

  private static let coreCount = "ls core* 2>/dev/null | wc -l"

  /// Whether this machine writes core files into the working directory, which a program that allows them shows:
  /// a pattern may lead elsewhere, and a container may have forbidden them for good.
  private static func coreFilesAreWritten() async throws -> Bool {
    let crash = "ulimit -c unlimited && { sleep 60 & kill -ABRT $!; wait $! || true; }"
    let count = try await Program.shell(
      "cd $(mktemp -d) && { \(crash); \(coreCount); rm -rf \"$PWD\"; }"
    )
    return count.output.hasPrefix("1")
  }

  @Test(.enabled("No core files are written here.") { try await coreFilesAreWritten() })
  func aCrashLeavesNoCoreFile() async throws {
    let plain = configuration
    try await withReceiver(
      in: folder,
      configuration: plain,
      environment: canaries.environment,
      program: "/bin/bash",
      arguments: { ["-c", "ulimit -c unlimited; cd '\(folder.path)'; exec linqhook serve --config '\($0)'"] }
    ) { try $0.signal(Signal(rawValue: SIGABRT)) }
    #expect(try await Program.shell("cd '\(folder.path)'; \(Self.coreCount)").output.hasPrefix("0"))
  }
}

import Foundation
import ReceiverSupport
import TestKit
import Testing

/// What cannot work is said at the start, with a sentence and an exit status that a script can tell apart.
@Suite(.timeLimit(.minutes(3))) struct StartUpTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func configuration(_ more: String = "", inbox: String? = nil, listen: String = "127.0.0.1:0")
    -> String
  {
    """
    listen: \(listen)
    admin: {listen: off}
    inbox: {path: \(inbox ?? folder.file("inbox.db"))}
    \(more)
    """
  }

  private func serve(_ configuration: String) async throws -> Program.Outcome {
    try await Program.run(
      "serve",
      "--config",
      try folder.write("linqhook.yaml", configuration),
      environment: ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
    )
  }

  @Test func aBadConfigurationIsSaidWithItsLine() async throws {
    let outcome = try await serve(configuration("handlres: []"))
    #expect(outcome.status == 78)
    #expect(outcome.messages.contains("linqhook.yaml:4: "))
    #expect(outcome.messages.contains("handlers"))
    #expect(!outcome.messages.contains("canary-secret-4711"))
  }

  /// Only root may go before others, and everybody else would read a complaint of libdispatch at each start.
  @Test func noThreadAsksToGoBeforeOthers() async throws {
    let running = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      """
    try await withReceiver(
      in: folder,
      configuration: running,
      environment: ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
    ) { receiver in
      _ = try await receiver.post(Array("{}".utf8), headers: [])
      // The sixteenth field behind the name is the nice value (proc(5)).
      let threads = try await Program.shell("cat /proc/\(receiver.processID)/task/*/stat").output
      let niceValues = threads.split(separator: "\n").compactMap { line in
        line.split(separator: ") ", maxSplits: 1).last?.split(separator: " ").dropFirst(16).first
      }
      #expect(niceValues.count > 3)
      #expect(niceValues.allSatisfy { $0 == "0" }, "\(niceValues)")
    }
    #expect(!folder.read("receiver.log").contains("priority"))
  }

  @Test func aPortThatIsTakenIsSaid() async throws {
    let running = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("first.db"))}
      """
    try await withReceiver(
      in: folder,
      configuration: running,
      environment: ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
    ) { receiver in
      let outcome = try await serve(configuration(listen: receiver.address))
      #expect(outcome.status == 69)
      #expect(outcome.messages.contains(receiver.address))
    }
  }

  @Test func anInboxThatIsInUseIsSaid() async throws {
    let running = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      """
    try await withReceiver(
      in: folder,
      configuration: running,
      environment: ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
    ) { _ in
      let outcome = try await serve(configuration())
      #expect(outcome.status == 69)
      #expect(outcome.messages.contains("inbox.db"))
    }
  }

  @Test func aFolderThatCannotBeMadeIsSaid() async throws {
    try folder.write("file", "")
    let outcome = try await serve(configuration(inbox: folder.file("file/inbox.db")))
    #expect(outcome.status == 74)
    #expect(outcome.messages.contains("file/inbox.db") || outcome.messages.contains(folder.file("file")))
  }

  @Test func aFileThatIsNoInboxIsSaid() async throws {
    try folder.write("inbox.db", String(repeating: "no database ", count: 1000))
    let outcome = try await serve(configuration())
    #expect(outcome.status == 74)
    #expect(outcome.messages.contains("inbox.db"))
    #expect(folder.read("inbox.db").hasPrefix("no database"))
  }

  @Test func anInboxOfANewerVersionIsSaid() async throws {
    try await withReceiver(
      in: folder,
      configuration: configuration().replacing("off", with: "127.0.0.1:0"),
      environment: ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
    ) { _ in }
    _ = try await Program.shell("sqlite3 '\(folder.file("inbox.db"))' 'pragma user_version = 9999'")
    let outcome = try await serve(configuration())
    #expect(outcome.status == 78)
    #expect(outcome.messages.contains("newer"))
  }

  @Test func withoutAnySecretItDoesNotStart() async throws {
    let file = try folder.write("linqhook.yaml", configuration())
    let outcome = try await Program.run("serve", "--config", file)
    #expect(outcome.status == 78)
    #expect(outcome.messages.contains("LINQ_WEBHOOK_SECRET"))
  }

  @Test func anEmptySecretIsSaid() async throws {
    try folder.write("secret", "\n")
    let endpoints = "endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]"
    let outcome = try await serve(configuration(endpoints))
    #expect(outcome.status == 78)
    #expect(outcome.messages.contains("must not be empty"))
  }

  @Test func tooFewDescriptorsAreSaid() async throws {
    let file = try folder.write("linqhook.yaml", configuration("limits: {connections: 500}"))
    let refused = try await Program.shell(
      "ulimit -n 500; exec linqhook serve --config '\(file)'",
      environment: ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
    )
    #expect(refused.status == 78)
    #expect(refused.messages.contains("may open 500 descriptors"))
    #expect(refused.messages.contains("LimitNOFILE="))
  }

  @Test func aStoreThatLostAcknowledgedEventsIsSaid() async throws {
    let running = configuration().replacing("off", with: "127.0.0.1:0")
    let environment = ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
    try await withReceiver(in: folder, configuration: running, environment: environment) { receiver in
      _ = try await Program.shell("linqhook send \(receiver.url)", environment: environment)
      try receiver.signal(.kill)
    }
    try FileManager.default.removeItem(atPath: folder.file("inbox.db-wal"))
    let refused = try await serve(configuration())
    #expect(refused.status == 78)
    #expect(refused.messages.contains("lost acknowledged events: 1 "))
    #expect(refused.messages.contains("`linqhook inbox restore FILE`"))
    let taken = try await Program.shell(
      "cd '\(folder.path)'; linqhook inbox backup copy.db; linqhook inbox restore copy.db",
      environment: environment.merging(["LINQHOOK_INBOX_PATH": folder.file("inbox.db")]) { $1 }
    )
    #expect(taken.output.contains("1 events that were acknowledged are not in the copy: 1 to 1"), "\(taken)")
    try await withReceiver(in: folder, configuration: running, environment: environment) { _ in }
  }

  /// Where /dev/shm is memory, as on every common Linux.
  private static let hasMemory =
    (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8))?.contains(" /dev/shm tmpfs ") == true

  @Test(.enabled(if: hasMemory))
  func storageThatForgetsIsSaid() async throws {
    let memory = "/dev/shm/linqhook-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: memory) }
    let refused = try await serve(configuration(inbox: "\(memory)/inbox.db"))
    #expect(refused.status == 78)
    #expect(refused.messages.contains("lies on tmpfs"))
    #expect(refused.messages.contains("inbox.allow_unsafe_storage"))
    let allowed = configuration(inbox: "\(memory)/inbox.db, allow_unsafe_storage: true")
    try await withReceiver(
      in: folder,
      configuration: allowed.replacing("off", with: "127.0.0.1:0"),
      environment: ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
    ) { _ in }
    #expect(folder.read("receiver.log").contains("lies on tmpfs"))
  }

  @Test func whatOthersMayReadIsSaid() async throws {
    let secret = try folder.write("secret", "canary-secret-4711")
    for (rights, path) in [(0o644, secret), (0o755, folder.path)] {
      try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: path)
    }
    let endpoints = "endpoints: [{path: /webhooks/linq, secrets: [file:\(secret)]}]"
    let running = configuration(endpoints).replacing("off", with: "127.0.0.1:0")
    try await withReceiver(in: folder, configuration: running) { _ in }
    #expect(folder.read("receiver.log").contains("Run chmod o-r on it."))
    #expect(folder.read("receiver.log").contains("Run chmod 700 on it."))
  }

  @Test func withNoFileAtAllASecretInTheEnvironmentIsEnough() async throws {
    let outcome = try await Program.shell(
      """
      export LINQ_WEBHOOK_SECRET=canary-secret-4711 LINQHOOK_LISTEN=127.0.0.1:0
      export LINQHOOK_ADMIN_LISTEN=off XDG_STATE_HOME='\(folder.path)'
      coproc linqhook serve 2>'\(folder.file("log"))'
      read -r address <&"${COPROC[0]}"
      linqhook send "http://$address/webhooks/linq"
      kill -TERM "$COPROC_PID"
      wait "$COPROC_PID"
      """
    )
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(#"200 {"status":"accepted""#))
    #expect(FileManager.default.fileExists(atPath: folder.file("linqhook/inbox.db")))
    #expect(!folder.read("log").contains("canary-secret-4711"))
  }
}

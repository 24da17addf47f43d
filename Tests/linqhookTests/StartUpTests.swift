import Foundation
import Testing

/// What cannot work is said at the start, with a sentence and an exit status that a script can tell apart.
@Suite struct StartUpTests {
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

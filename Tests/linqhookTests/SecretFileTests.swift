import Foundation
import ReceiverSupport
import ScriptedServer
import TestKit
import Testing

/// The file in which `subscriptions create` keeps the secret that Linq shows once.
@Suite(.timeLimit(.minutes(2))) struct SecretFileTests {
  private static let created =
    #"{"id":"7f44c419-7d47-5989-9c2d-154bdf5ccb60","target_url":"https://a/b","subscribed_events":["message.received"],"is_active":true,"created_at":"2026-11-30T08:00:00Z","updated_at":"2026-11-30T08:00:00Z","signing_secret":"whsec_c2VjcmV0"}"#

  private let folder: TemporaryFolder
  private let server: ScriptedServer

  init() throws {
    folder = try TemporaryFolder()
    server = try ScriptedServer { request in
      request.requestLine.contains("/v2/")
        ? answer(
          "201 Created",
          body: #"{"webhook_subscription":{"id":3,"webhook_url":"https://a/b","events":[],"active":true}}"#
        )
        : answer("201 Created", body: Self.created)
    }
  }

  private func create(_ file: String, api: String = "v3", user: String? = nil) async throws -> Program.Outcome
  {
    let command =
      "linqhook api subscriptions create --url https://a/b --api \(api) --secret-file '\(folder.file(file))'"
    return try await Program.shell(
      user.map { "setpriv --reuid \($0) --regid \($0) --clear-groups \(command)" } ?? command,
      environment: ["LINQ_API_URL": server.url, "LINQ_INTEGRATION_TOKEN": "t"]
    )
  }

  /// Owner, group and mode.
  private func state(_ file: String) async throws -> String {
    try await Program.shell("stat -c '%u %g %a' '\(folder.file(file))'").output
  }

  private func makeFolder(_ name: String, _ owner: String, _ mode: String) async throws {
    let path = folder.file(name)
    _ = try await Program.shell("mkdir '\(path)'; chown \(owner) '\(path)'; chmod \(mode) '\(path)'")
  }

  @Test(.enabled(if: geteuid() == 0, "Only root can give a file away."), arguments: ["v2", "v3"])
  func whatRootMakesCanBeReadByWhomTheFolderIsFor(api: String) async throws {
    try await makeFolder("service", "4711:4712", "700")
    try await makeFolder("etc", "0:4713", "750")
    try await makeFolder("open", "0:4713", "755")
    let (own, group) = (
      try await create("service/secret", api: api), try await create("etc/secret", api: api)
    )
    let open = try await create("open/secret", api: api)
    #expect([own.status, group.status, open.status] == [0, 0, 0], "\(own) \(group) \(open)")
    #expect(try await state("service/secret") == "4711 4712 600\n")
    #expect(own.messages.contains("belongs to user 4711, as its folder does"), "\(own.messages)")
    #expect(try await state("etc/secret") == "0 4713 640\n")
    #expect(group.messages.contains("read by root and by the group 4713"), "\(group.messages)")
    #expect(try await state("open/secret") == "0 0 600\n")
    #expect(open.messages.contains("Only root can read"), "\(open.messages)")
    if api == "v3" { #expect(folder.read("etc/secret") == "whsec_c2VjcmV0\n") }
  }

  @Test(.enabled(if: geteuid() == 0, "Only root can be somebody else."))
  func whatAnotherUserMakesIsForThatUserAlone() async throws {
    try await makeFolder("shared", "4711:4712", "775")
    _ = try await Program.shell("chmod 755 '\(folder.path)'; chmod 777 '\(folder.file("shared"))'")
    let outcome = try await create("shared/secret", user: "4714")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try await state("shared/secret") == "4714 4714 600\n")
    #expect(!outcome.messages.contains("Only root") && outcome.messages.contains("secrets: [file:"))
  }

  @Test func aFileThatIsThereIsNotOverwritten() async throws {
    try folder.write("secret", "mine")
    let outcome = try await create("secret")
    #expect(outcome.status == 74 && folder.read("secret") == "mine", "\(outcome)")
  }
}

import Foundation
import ReceiverSupport
import TestKit
import Testing

/// The control socket is for the receiver's user and root, whatever its mode says.
@Suite(.timeLimit(.minutes(2)), .enabled(if: geteuid() == 0, "Only root can be somebody else."))
struct ControlSocketTests {
  private static let nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups"
  private let folder: TemporaryFolder
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("store/inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [a-secret-for-this-test-only]}]
      """
  }

  private func ask(as user: String) async throws -> Program.Outcome {
    try await Program.shell(
      "\(user) curl -sS --max-time 10 --unix-socket '\(folder.file("store/control.sock"))' http://localhost/api/receiver"
    )
  }

  @Test func anotherUserIsTurnedAwayEvenWhereTheModeLetsHimIn() async throws {
    try await withReceiver(in: folder, configuration: configuration) { _ in
      _ = try await Program.shell(
        "chmod 711 '\(folder.path)'; chmod 711 '\(folder.file("store"))'; chmod 777 '\(folder.file("store/control.sock"))'"
      )
      let refused = try await ask(as: Self.nobody)
      #expect(refused.status != 0)
      #expect(refused.output.isEmpty)
      #expect(!refused.messages.contains("ermission"), "\(refused)")
      #expect(try await ask(as: "").output.contains("running"))
    }
    #expect(folder.read("receiver.log").contains("user with the number 65534 was turned away"))
  }

  /// He could put a socket of his own into its place, and tell the operator what he likes.
  @Test func thereIsNoneInAFolderThatOthersMayWriteTo() async throws {
    _ = try await Program.shell("mkdir -m 777 '\(folder.file("store"))'; chmod 777 '\(folder.file("store"))'")
    let outcome = try await Program.shell(
      """
      cd '\(folder.path)'
      cat >c.yaml <<'END'
      \(configuration)
      END
      timeout 5 linqhook serve --config c.yaml 2>&1 || true
      """
    )
    #expect(!FileManager.default.fileExists(atPath: folder.file("store/control.sock")))
    #expect(outcome.output.contains("Run chmod o-w on \(folder.file("store"))"), "\(outcome)")
  }
}

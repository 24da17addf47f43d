import Foundation
import ReceiverSupport
import TestKit
import Testing

/// `linqhook inbox` and starts on files that do not belong together, with the built program.
@Suite(.timeLimit(.minutes(3))) struct InboxCareTests {
  private static let environment = ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
  private let folder: TemporaryFolder
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      handlers: [{name: archive, type: file, path: \(folder.file("events.ndjson"))}]
      """
  }

  private func linqhook(_ command: String) async throws -> Program.Outcome {
    try await Program.shell(
      "cd '\(folder.path)'; export LINQHOOK_CONFIG=linqhook.yaml; linqhook \(command)",
      environment: Self.environment
    )
  }

  private func receiver(_ body: @Sendable (RunningReceiver) async throws -> Void) async throws {
    try await withReceiver(
      in: folder,
      configuration: configuration,
      environment: Self.environment,
      body
    )
  }

  private func send(_ receiver: RunningReceiver, _ count: Int) async throws {
    let outcome = try await linqhook("send \(receiver.url) --count \(count)")
    #expect(outcome.status == 0, "\(outcome)")
  }

  /// A store that was killed, with a copy from before its last events.
  private func killedStore() async throws {
    try await receiver { receiver in
      try await send(receiver, 30)
      let copy = try await linqhook("inbox backup copy.db")
      #expect(copy.status == 0, "\(copy)")
      #expect(copy.output.contains("events         30"))
      try await send(receiver, 500)
      try receiver.signal(.kill)
      await receiver.ended()
    }
  }

  private func refusal() async throws -> ReceiverDidNotStart? {
    do {
      try await receiver { _ in }
      return nil
    } catch let error as ReceiverDidNotStart {
      return error
    }
  }

  @Test func aKilledStoreStartsAgainByItself() async throws {
    try await killedStore()
    try await receiver { receiver in
      let ready = try await receiver.get("/readyz")
      #expect(ready.status == 200)
    }
    #expect(!folder.read("receiver.log").contains("Every page"))
  }

  @Test func aCopyLaidBesideAnOldLogIsRefusedAndRestoredByTheCommand() async throws {
    try await killedStore()
    try await Program.shell("cd '\(folder.path)'; cp inbox.db inbox.kept; cp copy.db inbox.db")
      .expectSuccess()
    let refused = try await refusal()
    #expect(refused?.status == 78)
    for part in ["do not belong together", "inbox.db-wal", "inbox.db.acknowledged", "linqhook inbox restore"]
    {
      #expect(refused?.log.contains(part) == true, "\(refused?.log ?? "it started")")
    }
    let check = try await linqhook("inbox check")
    #expect(check.status == 1)
    #expect(check.output.contains("[-] files: "))
    let restored = try await linqhook("inbox restore copy.db")
    #expect(restored.status == 0, "\(restored)")
    #expect(restored.output.contains("500 events that were acknowledged are not in the copy: 31 to 530"))
    #expect(try await linqhook("inbox check").status == 0)
    try await receiver { receiver in
      try await send(receiver, 1)
      try await receiver.settled()
      let list = try await linqhook("events list --json --limit 1").output
      #expect(list.contains(#""sequence":531"#), "\(list)")
      #expect(try await receiver.figure("linqhook_inbox_pending_events") == 0)
    }
    let aside = try await Program.shell("cd '\(folder.path)'; ls inbox.db.before-*").output
    #expect(aside.split(separator: "\n").count >= 3, "\(aside)")
  }

  @Test func aCopyIsForThisUserAloneAndReplacesNothingUnasked() async throws {
    try await receiver { receiver in
      try await send(receiver, 3)
      #expect(try await linqhook("inbox backup copy.db").status == 0)
      #expect(try await Program.shell("stat -c %a '\(folder.file("copy.db"))'").output == "600\n")
      let again = try await linqhook("inbox backup copy.db")
      #expect(again.status == 65)
      #expect(again.messages.contains("--force"))
      #expect(try await linqhook("inbox backup --force copy.db").status == 0)
      #expect(try await linqhook("inbox backup --force inbox.db").status == 65)
      #expect(try await linqhook("inbox check --json").output.contains(#""sound":true"#))
      let restored = try await linqhook("inbox restore copy.db")
      #expect(restored.status == 69)
      #expect(restored.messages.contains("stop it"))
    }
    let left = try await Program.shell("ls '\(folder.path)'").output.split(separator: "\n")
    #expect(!left.contains { $0.contains("partial") || $0.contains("before") || $0.contains("restoring") })
  }

  @Test func aBadCopyChangesNothing() async throws {
    try await receiver { receiver in
      try await send(receiver, 300)
      #expect(try await linqhook("inbox backup copy.db").status == 0)
    }
    try await Program.shell(
      """
      cd '\(folder.path)'; cp copy.db cut.db; truncate -s 60000 cut.db; head -c 50000 /dev/urandom >noise.db
      cp copy.db holed.db; dd if=/dev/urandom of=holed.db bs=4096 seek=20 count=3 conv=notrunc status=none; : >empty.db
      """
    ).expectSuccess()
    let before = try await Program.shell(
      "cd '\(folder.path)'; md5sum inbox.db inbox.db.acknowledged; ls inbox.db*"
    ).output
    for copy in ["cut.db", "noise.db", "holed.db", "empty.db", "missing.db", "inbox.db"] {
      let outcome = try await linqhook("inbox restore \(copy)")
      #expect(outcome.status == 65, "\(copy): \(outcome)")
    }
    #expect(
      try await Program.shell("cd '\(folder.path)'; md5sum inbox.db inbox.db.acknowledged; ls inbox.db*")
        .output == before
    )
  }

  @Test func aStoreMovesToAnotherFolder() async throws {
    try await receiver { receiver in try await send(receiver, 20) }
    try await Program.shell(
      """
      cd '\(folder.path)'; export LINQHOOK_CONFIG=linqhook.yaml
      linqhook inbox backup copy.db
      LINQHOOK_INBOX_PATH='\(folder.path)/new/inbox.db' linqhook inbox restore copy.db
      LINQHOOK_INBOX_PATH='\(folder.path)/new/inbox.db' linqhook inbox check
      """,
      environment: Self.environment
    ).expectSuccess()
  }

  @Test func aFolderThatOthersMayWriteToIsRefused() async throws {
    try await Program.shell("mkdir -m 777 '\(folder.file("open"))'").expectSuccess()
    let outcome = try await Program.shell(
      "LINQHOOK_INBOX_PATH='\(folder.file("open/inbox.db"))' linqhook serve --listen 127.0.0.1:0",
      environment: Self.environment
    )
    #expect(outcome.status == 78)
    #expect(outcome.messages.contains("Others could exchange the inbox"))
  }

  private static let isRoot = FileManager.default.isWritableFile(atPath: "/etc/shadow")

  /// In a folder like /tmp everybody may add files, and SQLite would take them for its own.
  @Test(
    .enabled(if: isRoot),
    arguments: ["inbox.db", "inbox.db-wal", "inbox.db-journal", "inbox.db.acknowledged"]
  )
  func aFileOfAStrangerInAStickyFolderIsRefused(_ name: String) async throws {
    let path = folder.file("shared/inbox.db")
    try await Program.shell("mkdir -m 1777 '\(folder.file("shared"))'").expectSuccess()
    let serve = "LINQHOOK_INBOX_PATH='\(path)' linqhook serve --listen 127.0.0.1:0"
    try await Program.shell(
      "touch '\(folder.file("shared/\(name)"))'; chown 65534 '\(folder.file("shared/\(name)"))'"
    )
    .expectSuccess()
    let outcome = try await Program.shell(serve, environment: Self.environment)
    #expect(outcome.status == 78, "\(outcome)")
    #expect(outcome.messages.contains("shared/\(name) belongs to nobody"), "\(outcome)")
  }

  /// What answers there would be believed.
  @Test(.enabled(if: isRoot)) func aControlSocketOfAStrangerIsNotAsked() async throws {
    try await receiver { receiver in try await send(receiver, 1) }
    let socket = folder.file("control.sock")
    try await Program.shell(
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"'\(socket)'\")'; chown 65534 '\(socket)'"
    ).expectSuccess()
    for command in ["events list", "inbox check"] {
      let outcome = try await linqhook(command)
      #expect(outcome.status == 78, "\(outcome)")
      #expect(outcome.messages.contains("control.sock belongs to nobody"), "\(outcome)")
    }
  }
}

extension Program.Outcome {
  fileprivate func expectSuccess() { #expect(status == 0, "\(self)") }
}

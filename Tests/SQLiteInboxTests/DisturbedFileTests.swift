import Foundation
import GRDB
import InboxTestKit
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

/// Somebody else's hands on the files of an open inbox.
@Suite struct DisturbedFileTests {
  private func disturbed(_ disturb: (String) throws -> Void) async throws -> AcceptanceOutcome {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = await inbox.accept(inboundEvent("before"))
    try disturb(folder.inboxPath)
    let outcome = await inbox.accept(inboundEvent("after"))
    await inbox.close()
    return outcome
  }

  private let refused = AcceptanceOutcome.unavailable(.storeFailed)

  @Test func acknowledgesNothingIntoADeletedFile() async throws {
    #expect(try await disturbed { try FileManager.default.removeItem(atPath: $0) } == refused)
  }

  @Test func acknowledgesNothingIntoADeletedLog() async throws {
    #expect(try await disturbed { try FileManager.default.removeItem(atPath: $0 + "-wal") } == refused)
  }

  @Test func acknowledgesNothingIntoAReplacedFile() async throws {
    let outcome = try await disturbed { path in
      try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
      try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: path))
    }
    #expect(outcome == refused)
  }

  @Test(arguments: ["", "-wal"])
  func aFileThatIsCutWhileACommitIsUnderWayIsNoticedAfterIt(_ suffix: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.inboxPath
    for name in [path, path + "-wal"] {
      try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: name))
    }
    var files = StoreFiles(path: path)
    let log = try FileHandle(forWritingTo: URL(fileURLWithPath: path + "-wal"))
    try log.truncate(atOffset: 12_288)
    try files.noteCommit()
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path + suffix))
    try file.truncate(atOffset: 4096)
    #expect(throws: InboxError.self) { try files.noteCommit() }
  }

  @Test func acknowledgesNothingIntoALogThatWasCut() async throws {
    let outcome = try await disturbed { path in
      let log = try FileHandle(forWritingTo: URL(fileURLWithPath: path + "-wal"))
      try log.truncate(atOffset: 0)
      try log.close()
    }
    #expect(outcome == refused)
  }

  /// Disturbs an inbox whose events are all in its file, lets it try to mend itself, and expects that it does not:
  /// its reading connections would stay with the old files.
  private func staysDown(_ disturb: (String) throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = await inbox.accept(inboundEvent("before"))
    try await inbox.writer.perform { core in
      guard case .open(let connection) = core.storage else { return }
      _ = try? connection.writeWithoutTransaction { try $0.checkpoint(.truncate) }
      core.files.noteLengths()
    }
    try disturb(folder.inboxPath)
    #expect(await inbox.accept(inboundEvent("after")) == refused)
    #expect(try await inbox.writer.perform { core in core.recover() }.isEmpty)
    #expect(await inbox.accept(inboundEvent("after")) == refused)
    let error = await #expect(throws: InboxError.self) { _ = try await inbox.attach(["a"]) }
    #expect(error?.description.contains("restart linqhook") == true)
    await inbox.close()
  }

  @Test func anotherFileInThePlaceOfTheOpenOneIsNotTakenForItHoweverGood() async throws {
    try await staysDown { path in
      try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
      try FileManager.default.copyItem(atPath: path + ".old", toPath: path)
      for suffix in ["-wal", "-shm"] { try FileManager.default.removeItem(atPath: path + suffix) }
    }
  }

  @Test func aDeletedLogIsNotMadeAnewWhileTheFileIsOpen() async throws {
    try await staysDown { try FileManager.default.removeItem(atPath: $0 + "-wal") }
  }
}

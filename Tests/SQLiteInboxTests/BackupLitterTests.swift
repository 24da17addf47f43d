import Foundation
import InboxTestKit
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

/// A backup that was killed leaves an unfinished file; the next one clears it away.
@Suite struct BackupLitterTests {
  private let folder: TemporaryFolder
  private let left = "copy.db.partial-0123456789ab"
  private let leftOfYesterday = "copy-of-yesterday.db.partial-0123456789ab"

  init() async throws {
    folder = try TemporaryFolder()
    let inbox = try folder.open()
    await inbox.close()
  }

  private func backUp() throws {
    _ = try StoreCare.backUp(
      inboxPath: folder.inboxPath,
      to: folder.file("copy.db"),
      replaces: true,
      isRunning: false
    )
  }

  private var unfinished: [String] { folder.names.filter { $0.contains(".partial-") } }

  @Test func removesWhatAKilledBackupLeft() throws {
    try folder.write(left, "half")
    try folder.write(left + "-journal", "half")
    try backUp()
    #expect(unfinished.isEmpty)
    #expect(folder.names.contains("copy.db"))
  }

  /// Backups are often named by the day.
  @Test func removesWhatAKilledBackupToAnotherNameLeft() throws {
    try folder.write(leftOfYesterday, [UInt8]())
    try backUp()
    #expect(unfinished.isEmpty)
    try folder.write(leftOfYesterday, [UInt8](repeating: 0, count: 8192) + Array("rows".utf8))
    try backUp()
    #expect(unfinished.isEmpty)
    try FileManager.default.copyItem(atPath: folder.file("copy.db"), toPath: folder.file(leftOfYesterday))
    try backUp()
    #expect(unfinished.isEmpty)
  }

  @Test func leavesAloneWhatOnlyLooksLikeIt() throws {
    let kept = [
      "other.db.partial-0123456789ab", "copy.db.partial-", "copy.db.partial-0123456789AB",
      "copy.db.partial-0123",
      "copy.db.partial-0123456789ab.gz",
    ]
    for name in kept { try folder.write(name, "somebody's") }
    try folder.write("notes", "somebody's")
    let link = "copy.db.partial-111111111111"
    let subfolder = "copy.db.partial-222222222222"
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(link),
      withDestinationPath: folder.file("notes")
    )
    try FileManager.default.createDirectory(
      atPath: folder.file(subfolder),
      withIntermediateDirectories: false
    )
    try backUp()
    #expect(unfinished == (kept + [link, subfolder]).sorted())
    #expect(folder.read("notes") == "somebody's")
  }

  @Test func leavesAFileAloneThatAnotherBackupIsAtWorkOn() throws {
    for name in [left, leftOfYesterday] { try folder.write(name, [UInt8]()) }
    let files = try [left, leftOfYesterday].map { try ClaimedFile(folder.file($0)) }
    #expect(files.allSatisfy { $0.claim() == .taken })
    try backUp()
    #expect(unfinished == [leftOfYesterday, left])
    for file in files { file.close() }
    try backUp()
    #expect(unfinished.isEmpty)
  }

  /// SQLite closes its own descriptors of the copy on the way: the claim must outlive that.
  @Test func aCopyIsClaimedUntilItIsDone() throws {
    let partial = try PartialCopy(of: folder.file("copy.db"))
    try StoreCopying.copy(folder.inboxPath, to: partial.path)
    try backUp()
    #expect(unfinished.count == 1)
    _ = try StoreCopying.seal(partial.path)
    try backUp()
    #expect(unfinished.count == 1)
    partial.remove()
    #expect(unfinished.isEmpty)
  }
}

import Foundation
import LinqhookInbox
import TestKit
import Testing

/// A backup that was killed leaves an unfinished file; the next one clears it away.
@Suite struct BackupLitterTests {
  private let folder: TemporaryFolder
  private var target: String { folder.file("copy.db") }

  init() async throws {
    folder = try TemporaryFolder()
    let inbox = try folder.open()
    await inbox.close()
  }

  private func backUp() throws {
    _ = try StoreCare.backUp(inboxPath: folder.inboxPath, to: target, replaces: true, isRunning: false)
  }

  private var unfinished: [String] { folder.names.filter { $0.contains(".partial-") } }

  @Test func removesWhatAKilledBackupLeft() throws {
    try folder.write("copy.db.partial-0123456789ab", "half")
    try folder.write("copy.db.partial-0123456789ab-journal", "half")
    try backUp()
    #expect(unfinished.isEmpty)
    #expect(folder.names.contains("copy.db"))
  }

  @Test func leavesFilesOfOtherCopiesAlone() throws {
    try folder.write("other.db.partial-0123456789ab", "half")
    try backUp()
    #expect(unfinished == ["other.db.partial-0123456789ab"])
  }

  @Test func leavesAFileAloneThatAnotherBackupIsAtWorkOn() throws {
    let path = try folder.write("copy.db.partial-0123456789ab", "half")
    let file = try #require(FileHandle(forReadingAtPath: path))
    #expect(flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
    try backUp()
    #expect(unfinished == ["copy.db.partial-0123456789ab"])
    try file.close()
    try backUp()
    #expect(unfinished.isEmpty)
  }
}

import Foundation
import GRDB
import InboxTestKit
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

@Suite struct OpeningTests {
  @Test func refusesAFileOfANewerVersion() async throws {
    let folder = try TemporaryFolder()
    await (try folder.open()).close()
    try folder.edit("PRAGMA user_version = 99")
    #expect(inboxErrorCode { _ = try folder.open() } == .newerVersion)
  }

  @Test func refusesADatabaseOfAnotherProgram() throws {
    let folder = try TemporaryFolder()
    try folder.edit("CREATE TABLE other (x)")
    #expect(inboxErrorCode { _ = try folder.open() } == .damaged)
  }

  @Test func refusesAFileThatIsNoDatabase() throws {
    let folder = try TemporaryFolder()
    try Data(repeating: 65, count: 10_000).write(to: URL(fileURLWithPath: folder.inboxPath))
    #expect(inboxErrorCode { _ = try folder.open() } == .damaged)
  }

  @Test func refusesAFileThatWasCutShort() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = await inbox.accept((1...500).map { inboundEvent("id-\($0)", padding: 600) })
    await inbox.close()
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.inboxPath))
    try file.truncate(atOffset: 40_000)
    try file.close()
    #expect(inboxErrorCode { _ = try folder.open() } == .damaged)
  }

  @Test func refusesAFolderThatCannotBeMade() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: URL(fileURLWithPath: folder.path + "/file"))
    let storage = SQLiteStorage(path: folder.path + "/file/below/inbox.db")
    #expect(inboxErrorCode { _ = try SQLiteInbox.open(storage) { _ in } } == .inputOutput)
  }

  @Test func refusesAPathThatIsAFolder() throws {
    let folder = try TemporaryFolder()
    let storage = SQLiteStorage(path: folder.path)
    #expect(inboxErrorCode { _ = try SQLiteInbox.open(storage) { _ in } } == .inputOutput)
  }

  @Test func refusesASecondInstanceAndNamesTheFirst() async throws {
    let folder = try TemporaryFolder()
    let first = try folder.open()
    do {
      _ = try folder.open()
      Issue.record("the second instance was let in")
    } catch let error as InboxError {
      #expect(error.code == .inUse)
      #expect(error.description.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
    }
    await first.close()
    await (try folder.open()).close()
  }

  @Test func saysSoWhenAnotherProgramWrites() async throws {
    let folder = try TemporaryFolder()
    await (try folder.open()).close()
    var options = Configuration()
    options.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: folder.inboxPath, configuration: options)
    try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    #expect(inboxErrorCode { _ = try folder.open() } == .inUse)
    try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    try other.close()
  }

  @Test(arguments: [SQLiteStorage.Durability.full, .normal])
  func runsWithThePragmasOfItsDurability(_ durability: SQLiteStorage.Durability) throws {
    let folder = try TemporaryFolder()
    let connection = try Connection.writer(folder.storage(durability: durability))
    try connection.writeWithoutTransaction { db in
      try Connection.checkPragmas(db, durability: durability)
      let other: SQLiteStorage.Durability = durability == .full ? .normal : .full
      #expect(inboxErrorCode { try Connection.checkPragmas(db, durability: other) } == .inputOutput)
      #expect(try Int.fetchOne(db, sql: "PRAGMA secure_delete") == 2)
    }
    try connection.close()
  }

  @Test func refusesToRunWithoutAWriteAheadLog() throws {
    let folder = try TemporaryFolder()
    let connection = try DatabaseQueue(path: folder.inboxPath)
    try connection.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      #expect(inboxErrorCode { try Connection.checkPragmas(db, durability: .full) } == .inputOutput)
    }
  }

  @Test func makesFolderAndFilesForNobodyElse() async throws {
    let folder = try TemporaryFolder()
    let storage = SQLiteStorage(path: folder.path + "/new/deep/inbox.db")
    let inbox = try SQLiteInbox.open(storage) { _ in }
    _ = await inbox.accept(inboundEvent("a"))
    func rights(_ suffix: String) throws -> Int? {
      let path = folder.path + "/new/deep" + suffix
      return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try rights("") == 0o700)
    for suffix in ["", "-wal", "-shm", ".lock", ".acknowledged"] {
      #expect(try rights("/inbox.db" + suffix) == 0o600, "\(suffix)")
    }
    await inbox.close()
  }

  @Test func saysThatOthersMayEnterTheFolder() async throws {
    let folder = try TemporaryFolder()
    let reports = Collected<InboxDiagnostic>()
    for (rights, expected) in [(0o700, []), (0o755, [InboxDiagnostic.Kind.openFolder])] {
      try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: folder.path)
      let before = reports.all.count
      await (try folder.open(report: reports.append)).close()
      let kinds = reports.all.dropFirst(before).map(\.kind).filter { $0 == .openFolder }
      #expect(kinds == expected, "\(rights)")
    }
    #expect(reports.all.last?.description.contains("chmod 700") == true)
  }

  @Test(arguments: [true, false])
  func aLinkLeadsToTheFileAndToAllThatStandsBesideIt(_ isThere: Bool) async throws {
    let (folder, links) = (try TemporaryFolder(), try TemporaryFolder())
    if isThere { await (try folder.open()).close() }
    try FileManager.default.createSymbolicLink(
      atPath: links.inboxPath,
      withDestinationPath: folder.inboxPath
    )
    let inbox = try links.open()
    #expect(await inbox.accept(inboundEvent("a")) == .accepted(sequence: 1))
    #expect(inboxErrorCode { _ = try folder.open() } == .inUse)
    #expect(try FileManager.default.contentsOfDirectory(atPath: links.path) == ["inbox.db"])
    try FileManager.default.removeItem(atPath: folder.inboxPath + "-wal")
    #expect(await inbox.accept(inboundEvent("b")) == .unavailable(.storeFailed))
    await inbox.close()
  }
}

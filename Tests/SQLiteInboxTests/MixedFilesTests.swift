import Foundation
import GRDB
import InboxTestKit
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

/// Files of one store from different moments, and of different stores, laid beside each other. SQLite opens all of
/// these; a start must not.
@Suite struct MixedFilesTests {
  private let folder: TemporaryFolder
  /// The store as a kill would have left it early, and late. Between the two its log was begun anew several times.
  private let early: TemporaryFolder
  private let late: TemporaryFolder
  /// What a backup program that knows SQLite would have made in between.
  private let backup: String

  init() async throws {
    folder = try TemporaryFolder()
    let inbox = try folder.open()
    try await Self.accept(1...300, inbox)
    early = try folder.snapshot()
    backup = folder.path + "/backup.db"
    let copy = try DatabaseQueue(path: backup)
    let reader = try Connection.reader(path: folder.inboxPath)
    try reader.backup(to: copy)
    try copy.close()
    try await Self.accept(301...900, inbox)
    late = try folder.snapshot()
    await inbox.close()
    try FileManager.default.removeItem(atPath: folder.inboxPath)
  }

  /// Single events, so that there are many commits.
  private static func accept(_ numbers: ClosedRange<Int>, _ inbox: SQLiteInbox) async throws {
    for number in numbers {
      let outcome = await inbox.accept(inboundEvent("id-\(number)", padding: 3000))
      try #require(outcome == .accepted(sequence: Int64(number)))
    }
  }

  /// Puts together what stands under these names, each from its own folder, and opens that.
  private func code(
    of files: [String: TemporaryFolder],
    change: (String) throws -> Void = { _ in }
  ) throws -> InboxError.Code? {
    let mix = try TemporaryFolder()
    for (suffix, source) in files {
      try FileManager.default.copyItem(atPath: source.inboxPath + suffix, toPath: mix.inboxPath + suffix)
    }
    try change(mix.inboxPath)
    var before: [String: Data] = [:]
    for name in [mix.inboxPath, mix.inboxPath + "-wal"] {
      before[name] = FileManager.default.contents(atPath: name)
    }
    let code = inboxErrorCode { _ = try mix.open() }
    if code == .mixedFiles {
      for (name, bytes) in before { #expect(FileManager.default.contents(atPath: name) == bytes, "\(name)") }
    }
    return code
  }

  @Test(arguments: [32, 4096])
  func aFileFromBeforeItsFirstLogWasCopiedDoesNotGoWithAnEmptyLaterLog(logBytes: Int) async throws {
    let fresh = try TemporaryFolder()
    let inbox = try fresh.open()
    try await Self.accept(1...1, inbox)
    let first = try fresh.snapshot()
    await inbox.close()
    let code = try code(of: ["": first, "-wal": late]) { path in
      let log = try FileHandle(forUpdating: URL(filePath: path + "-wal"))
      if logBytes > 32 { try log.write(contentsOf: Data(count: 32)) }
      try log.truncate(atOffset: UInt64(logBytes))
      try log.close()
    }
    #expect(code == .mixedFiles)
  }

  @Test func filesOfOneMomentAreOpened() async throws {
    for (copy, last) in [(early, 300), (late, 900)] {
      let reports = Collected<InboxDiagnostic>()
      let inbox = try copy.open(report: reports.append)
      #expect(inbox.lastSequence == Int64(last))
      #expect(reports.all.map(\.kind).contains(.pagesChecked))
      await inbox.close()
    }
  }

  @Test(arguments: [false, true])
  func aLogBesideTheFileOfAnotherMomentIsRefused(_ hasMark: Bool) throws {
    var mixes: [[String: TemporaryFolder]] = [["": early, "-wal": late], ["": late, "-wal": early]]
    if hasMark { mixes = mixes.map { $0.merging([".acknowledged": late]) { first, _ in first } } }
    for mix in mixes { #expect(try code(of: mix) == .mixedFiles) }
  }

  @Test func aLogOfAnotherStoreIsRefused() async throws {
    let other = try TemporaryFolder()
    let inbox = try other.open()
    try await Self.accept(1...300, inbox)
    let copy = try other.snapshot()
    await inbox.close()
    #expect(try code(of: ["": late, "-wal": copy]) == .mixedFiles)
    #expect(try code(of: ["": copy, "-wal": late]) == .mixedFiles)
    #expect(try code(of: ["": late, "-wal": late, ".acknowledged": copy]) == .mixedFiles)
    #expect(try code(of: ["": other, ".acknowledged": late]) == .acknowledgedEventsLost)
  }

  @Test func anOldCopyBesideTheLogIsRefused() async throws {
    let lay = { (path: String) in try FileManager.default.copyItem(atPath: backup, toPath: path) }
    #expect(try code(of: ["-wal": late], change: lay) == .mixedFiles)
    #expect(try code(of: ["-wal": late, "-shm": late, ".acknowledged": late], change: lay) == .mixedFiles)
    // Without its log it says itself that it comes from an open store, and nobody knows what that log held.
    #expect(try code(of: [:], change: lay) == .mixedFiles)
    let whole = folder.path + "/whole.db"
    _ = try StoreCare.backUp(inboxPath: late.inboxPath, to: whole, replaces: false, isRunning: false)
    let layWhole = { (path: String) in try FileManager.default.copyItem(atPath: whole, toPath: path) }
    #expect(try code(of: ["-wal": late, ".acknowledged": late], change: layWhole) == .mixedFiles)
    #expect(try code(of: ["-wal": early], change: layWhole) == .mixedFiles)
    #expect(try code(of: [:], change: layWhole) == nil)
  }

  @Test func aFileWithoutTheLogThatItNeedsIsRefused() throws {
    #expect(try code(of: ["": late]) == .mixedFiles)
    #expect(try code(of: ["": late, ".acknowledged": late]) == .mixedFiles)
    let emptied = { (path: String) in try Data().write(to: URL(fileURLWithPath: path + "-wal")) }
    #expect(try code(of: ["": late], change: emptied) == .mixedFiles)
    #expect(try code(of: ["": late, ".acknowledged": late], change: emptied) == .acknowledgedEventsLost)
  }

  @Test func aLogWithoutItsFileIsRefused() throws {
    #expect(try code(of: ["-wal": late]) == .mixedFiles)
    #expect(
      try code(of: ["-wal": late, ".acknowledged": late]) {
        try Data().write(to: URL(fileURLWithPath: $0))
      } == .mixedFiles
    )
  }

  @Test func aFileThatWasCutIsRefused() throws {
    let cut = { (path: String) in
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      try file.truncate(atOffset: 400_000)
      try file.close()
    }
    #expect(try code(of: ["": late, "-wal": late, ".acknowledged": late], change: cut) == .damaged)
  }

  @Test func aLogThatWasCutIsMissedByTheMark() throws {
    let cut = { (path: String) in
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path + "-wal"))
      try file.truncate(atOffset: 20_000)
      try file.close()
    }
    #expect(
      try code(of: ["": late, "-wal": late, ".acknowledged": late], change: cut) == .acknowledgedEventsLost
    )
  }

  @Test func whatIsLeftOfSharedMemoryDoesNotMatter() throws {
    let noise = { (path: String) in
      try Data((0..<32_768).map { _ in UInt8.random(in: 0...255) }).write(
        to: URL(fileURLWithPath: path + "-shm")
      )
    }
    #expect(try code(of: ["": late, "-wal": late, ".acknowledged": late], change: noise) == nil)
    #expect(try code(of: ["": late, "-wal": late, "-shm": early, ".acknowledged": late]) == nil)
  }

  /// A start that was refused must not have spent the log: put back right, the files are opened.
  @Test func whatWasRefusedForItsMarkIsOpenedWithTheRightOne() async throws {
    let mix = try late.snapshot()
    let mark = mix.inboxPath + ".acknowledged"
    try "00000000000000099999\n".write(toFile: mark, atomically: true, encoding: .utf8)
    #expect(inboxErrorCode { _ = try mix.open() } == .acknowledgedEventsLost)
    try mix.editLog("PRAGMA user_version = 99")
    #expect(inboxErrorCode { _ = try mix.open() } == .newerVersion)
    try mix.editLog("PRAGMA user_version = \(Schema.newestVersion)")
    try FileManager.default.removeItem(atPath: mark)
    try FileManager.default.copyItem(atPath: late.inboxPath + ".acknowledged", toPath: mark)
    let inbox = try mix.open()
    #expect(inbox.lastSequence == 900)
    await inbox.close()
  }

  @Test func theSentenceNamesTheFilesAndTheCommand() throws {
    let mix = try TemporaryFolder()
    for (suffix, source) in ["": early, "-wal": late] {
      try FileManager.default.copyItem(atPath: source.inboxPath + suffix, toPath: mix.inboxPath + suffix)
    }
    let error = #expect(throws: InboxError.self) { _ = try mix.open() }
    let sentence = error?.description ?? ""
    for part in ["", "-wal", ".acknowledged"].map({ mix.inboxPath + $0 }) + ["linqhook inbox restore"] {
      #expect(sentence.contains(part), "\(sentence)")
    }
  }
}

extension TemporaryFolder {
  /// Changes the store behind its back, and leaves its log beside it.
  fileprivate func editLog(_ sql: String) throws {
    let holder = Connection.holder(path: inboxPath)
    let database = try DatabaseQueue(path: inboxPath)
    try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0; \(sql)") }
    try database.close()
    try holder?.close()
  }
}

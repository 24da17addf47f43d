import Foundation
import GRDB
import InboxTestKit
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

/// Files copied one by one, at random moments, from a store that is at work: as rsync, tar and cp do. Either the
/// copies make a sound store that has all that was acknowledged before the copying began, or a start refuses them.
@Suite(.timeLimit(.minutes(3))) struct CopiedFilesModelTests {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func copiesAreSoundOrRefused(_ seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = try await inbox.attach(["a"])
    var copies: [(files: TemporaryFolder, acknowledged: Int64)] = []
    let isDone = Collected<Bool>()
    let posting = Task {
      var number = 0
      while isDone.all.isEmpty {
        let events = (0..<Int.random(in: 1...8)).map { inboundEvent("id-\(number + $0)", padding: 1500) }
        number += events.count
        _ = await inbox.accept(events)
      }
    }
    for _ in 0..<6 {
      let goal = inbox.lastSequence + Int64.random(in: 20...400, using: &random)
      while inbox.lastSequence < goal { await inbox.heartbeat() }
      copies.append(try await Self.copy(folder, inbox, &random))
    }
    isDone.append(true)
    await posting.value
    await inbox.close()
    for copy in copies { try await Self.check(copy.files, acknowledged: copy.acknowledged) }
  }

  /// Copies the files in some order, with events coming in between; some are left out.
  private static func copy(
    _ folder: TemporaryFolder,
    _ inbox: SQLiteInbox,
    _ random: inout SeededRandom
  ) async throws -> (files: TemporaryFolder, acknowledged: Int64) {
    let copy = try TemporaryFolder()
    let acknowledged = inbox.lastSequence
    for suffix in ["", "-wal", "-shm", ".acknowledged"].shuffled(using: &random) {
      if suffix == "-shm" || suffix == ".acknowledged", Bool.random(using: &random) { continue }
      let goal = inbox.lastSequence + Int64.random(in: 0...150, using: &random)
      try FileManager.default.copyItem(atPath: folder.inboxPath + suffix, toPath: copy.inboxPath + suffix)
      guard Bool.random(using: &random) else { continue }
      while inbox.lastSequence < goal { await inbox.heartbeat() }
    }
    return (copy, acknowledged)
  }

  private static func check(_ copy: TemporaryFolder, acknowledged: Int64) async throws {
    do {
      let inbox = try copy.open()
      #expect(inbox.lastSequence >= acknowledged)
      await inbox.close()
      let file = try DatabaseQueue(path: copy.inboxPath)
      let (faults, isWhole) = try await file.read { db in
        (
          try String.fetchAll(db, sql: "PRAGMA integrity_check"),
          try Int64.fetchOne(db, sql: "SELECT count(*) = max(sequence) FROM event")
        )
      }
      #expect(faults == ["ok"])
      #expect(isWhole == 1)
      try file.close()
    } catch let error as InboxError {
      #expect([.mixedFiles, .damaged, .acknowledgedEventsLost].contains(error.code), "\(error)")
    }
  }
}

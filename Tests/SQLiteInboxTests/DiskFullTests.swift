import Foundation
import InboxTestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

/// A small file system of its own; needs the right to mount.
private final class SmallDisk: Sendable {
  let path: String

  init?(bytes: Int) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID())")
    path = folder.path
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let isMounted = Self.run("mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", path)
    guard isMounted else {
      try? FileManager.default.removeItem(atPath: path)
      return nil
    }
  }

  deinit {
    _ = Self.run("umount", path)
    try? FileManager.default.removeItem(atPath: path)
  }

  private static func run(_ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  static let isPossible = SmallDisk(bytes: 1 << 20) != nil
}

@Suite struct DiskFullTests {
  @Test(.enabled(if: SmallDisk.isPossible, "mounting a file system needs to be root"))
  func refusesWhileTheDiskIsFullAndGoesOnByItself() async throws {
    let disk = try #require(SmallDisk(bytes: 4 << 20))
    let (reports, continuation) = AsyncStream.makeStream(of: InboxDiagnostic.self)
    let storage = SQLiteStorage(path: disk.path + "/inbox.db", allowsUnsafeStorage: true)
    let inbox = try SQLiteInbox.open(storage) { continuation.yield($0) }
    let ballast = disk.path + "/ballast"
    _ = await inbox.accept((0..<100).map { inboundEvent("early-\($0)", padding: 1000) })
    let room = 4 << 20 - 700_000
    #expect(FileManager.default.createFile(atPath: ballast, contents: Data(count: room)))
    var accepted = 100
    var outcome = AcceptanceOutcome.accepted(sequence: 0)
    for number in 0..<2000 {
      outcome = await inbox.accept(inboundEvent("late-\(number)", padding: 1000))
      guard case .accepted = outcome else { break }
      accepted += 1
    }
    #expect(outcome == .unavailable(.diskFull))
    // Small ones would still find room; but room that comes and goes is none.
    let large = inboundEvent("large", padding: 1_000_000)
    #expect(
      await inbox.accept([inboundEvent("early-1"), inboundEvent("small"), large])
        == [.duplicate, .unavailable(.diskFull), .unavailable(.diskFull)]
    )
    let figures = inbox.statistics.commitBatchEvents.counts
    for number in 0..<100 {
      #expect(await inbox.accept(inboundEvent("small-\(number)")) == .unavailable(.diskFull))
    }
    #expect(inbox.statistics.commitBatchEvents.counts == figures)
    try FileManager.default.removeItem(atPath: ballast)
    // Nobody offers anything: the store finds out by itself.
    for await report in reports
    where report.kind == .recovered && inbox.statistics.unavailability == nil { break }
    #expect(await inbox.accept(large) == .accepted(sequence: Int64(accepted + 1)))
    #expect(inbox.statistics.dedupEntries == accepted + 1)
    await inbox.close()
    continuation.finish()
    var later: [InboxDiagnostic.Kind] = []
    for await report in reports { later.append(report.kind) }
    #expect(!later.contains(.diskFull), "it was full once")
  }
}

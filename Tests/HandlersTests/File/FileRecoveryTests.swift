import Foundation
import LinqhookDelivery
import LinqhookInbox
import LogSupport
import TestKit
import Testing

@testable import Handlers

@Suite struct AfterAPowerCut {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/events.ndjson"
  }

  private func handler(_ sync: FileHandlerOptions.Sync) -> FileHandler {
    FileHandler(options: FileHandlerOptions.test(path: path, sync: sync), logger: CapturedLog().logger)
  }

  /// The checkpoint as it would be found after a reboot.
  private func rebooted(_ checkpoint: [UInt8]?) -> [UInt8]? {
    guard var checkpoint = checkpoint.flatMap(FileCheckpoint.init) else { return nil }
    checkpoint.boot = "another"
    return checkpoint.bytes
  }

  /// Stops a handler and leaves what an unsynced line does: its length, but not its bytes.
  private func stopWithUnsyncedTail(_ handler: FileHandler) async throws -> [UInt8]? {
    var checkpoint = try #require(await handler.stop().flatMap(FileCheckpoint.init))
    checkpoint.length += 4
    try resize(path, to: Int(checkpoint.length))
    return rebooted(checkpoint.bytes)
  }

  @Test func theTailAfterTheLastSyncIsWrittenAgain() async throws {
    let first = handler(.interval(seconds: 1_000))
    _ = try await first.start(checkpoint: nil, cursor: 0)
    _ = await first.handle([event(1, payload: "[1]")])
    let checkpoint = try await stopWithUnsyncedTail(first)
    let second = handler(.interval(seconds: 1_000))
    #expect(try await second.start(checkpoint: checkpoint, cursor: 2) == .after(sequence: 1))
    _ = await second.handle([event(2, payload: "[2]")])
    #expect(text(of: path) == "[1]\n[2]\n")
  }

  @Test func aReplayDoesNotBringBackAllThatIsNewerThanIt() async throws {
    let first = handler(.interval(seconds: 1_000))
    _ = try await first.start(checkpoint: nil, cursor: 0)
    _ = await first.handle([event(1, payload: "[1]"), event(2, payload: "[2]")])
    _ = await first.handle([event(1, payload: "[1]")])
    let checkpoint = try await stopWithUnsyncedTail(first)
    let second = handler(.interval(seconds: 1_000))
    #expect(try await second.start(checkpoint: checkpoint, cursor: 3) == .after(sequence: 2))
    #expect(text(of: path) == "[1]\n[2]\n[1]\n")
  }

  /// Nobody would hand it over again.
  @Test func aReplayIsSyncedBeforeItIsDone() async throws {
    let first = handler(.interval(seconds: 1_000))
    _ = try await first.start(checkpoint: nil, cursor: 0)
    let plain = try checkpoint(of: await first.handle([event(1, payload: "[1]"), event(2, payload: "[2]")]))
    let replayed = try checkpoint(of: await first.handle([event(1, payload: "[1]")]))
    _ = await first.stop()
    let synced = try [plain, replayed].map { try #require(FileCheckpoint($0)).syncedLength }
    #expect(synced == [0, 12])
  }

  @Test func muchIsSyncedBeforeTheIntervalIsOver() async throws {
    let first = handler(.interval(seconds: 1_000))
    _ = try await first.start(checkpoint: nil, cursor: 0)
    let payload = "[\(String(repeating: "1", count: 400_000))]"
    var unsynced: [Int64] = []
    for number in 1...3 {
      let bytes = try checkpoint(of: await first.handle([event(Int64(number), payload: payload)]))
      let checkpoint = try #require(FileCheckpoint(bytes))
      unsynced.append(checkpoint.length - checkpoint.syncedLength)
    }
    _ = await first.stop()
    #expect(unsynced == [400_003, 800_006, 0])
  }

  /// A kill leaves lines that are not recorded, the events come again and are recorded without being written, and before all
  /// of them have come the power fails and takes the lines.
  @Test func linesThatAKillLeftAndAPowerCutTookAreWrittenAgain() async throws {
    let first = handler(.always)
    _ = try await first.start(checkpoint: nil, cursor: 0)
    let recorded = try checkpoint(of: await first.handle([event(1, payload: "[1]")]))
    _ = await first.handle([event(2, payload: "[2]"), event(3, payload: "[3]")])
    _ = await first.stop()
    let second = handler(.interval(seconds: 1_000))
    #expect(try await second.start(checkpoint: recorded, cursor: 1) == .fromCursor)
    let checkpoint = try checkpoint(of: await second.handle([event(2, payload: "[2]")]))
    _ = await second.stop()
    #expect(text(of: path) == "[1]\n[2]\n[3]\n")
    try resize(path, to: 4)
    let third = handler(.interval(seconds: 1_000))
    #expect(try await third.start(checkpoint: rebooted(checkpoint), cursor: 2) == .after(sequence: 1))
    for number in 2...3 { _ = await third.handle([event(Int64(number), payload: "[\(number)]")]) }
    #expect(text(of: path) == "[1]\n[2]\n[3]\n")
  }

  @Test func whatWasNotWantedBeforeTheTailIsNotHandedOverAgain() async throws {
    let first = handler(.interval(seconds: 1_000))
    _ = try await first.start(checkpoint: nil, cursor: 0)
    let checkpoint = try checkpoint(of: await first.handle([event(5000, payload: "[5000]")]))
    _ = await first.stop()
    let second = handler(.interval(seconds: 1_000))
    let resumption = try await second.start(checkpoint: rebooted(checkpoint), cursor: 5000)
    #expect(resumption == .after(sequence: 4999))
    _ = await second.handle([event(5000, payload: "[5000]")])
    #expect(text(of: path) == "[5000]\n")
  }

  /// A disk's number is given anew at each boot; it is no reason to take our own file for a stranger's and to begin
  /// at its first byte.
  @Test(arguments: [true, false])
  func aFileWhoseDiskHasAnotherNumberAfterABootKeepsWhatIsSynced(_ isSameInode: Bool) async throws {
    let first = handler(.always)
    _ = try await first.start(checkpoint: nil, cursor: 0)
    let checkpoint = try checkpoint(of: await first.handle([event(1, payload: "[1]")]))
    _ = await first.stop()
    var moved = try #require(FileCheckpoint(checkpoint))
    moved.boot = "another"
    moved.identity.device += 1
    // Restored from a backup: nothing tells that it is ours, and nothing may be taken from it.
    if !isSameInode { moved.identity.inode += 1 }
    let second = handler(.always)
    #expect(try await second.start(checkpoint: moved.bytes, cursor: 1) == .fromCursor)
    _ = await second.handle([event(2, payload: "[2]")])
    _ = await second.stop()
    #expect(text(of: path) == "[1]\n[2]\n")
  }

  /// What was synced is not done again, nor what was written where no more was promised than what is there: a sync that
  /// is switched on later does not doubt it.
  @Test(arguments: [
    (FileHandlerOptions.Sync.always, FileHandlerOptions.Sync.always), (.never, .never), (.never, .always),
  ])
  func whatNeedsNoSyncIsNotDoneAgain(
    _ before: FileHandlerOptions.Sync,
    _ after: FileHandlerOptions.Sync
  ) async throws {
    let first = handler(before)
    _ = try await first.start(checkpoint: nil, cursor: 0)
    let checkpoint = try checkpoint(of: await first.handle([event(1, payload: "[1]")]))
    _ = await first.stop()
    let second = handler(after)
    #expect(try await second.start(checkpoint: rebooted(checkpoint), cursor: 1) == .fromCursor)
    #expect(text(of: path) == "[1]\n")
  }

  private static func line(_ number: Int64) -> String { #"{"n":\#(number)}"# }

  private func numbered(_ number: Int64) -> StoredEvent { event(number, payload: Self.line(number)) }

  private func expectLines(_ numbers: ClosedRange<Int64>) {
    #expect(text(of: path) == numbers.map { Self.line($0) + "\n" }.joined())
  }

  /// Writes so many events without a sync, and leaves the checkpoint as a power cut would.
  private func writeUnsynced(_ count: Int64) async throws -> [UInt8]? {
    let handler = handler(.interval(seconds: 1_000))
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    let checkpoint = try checkpoint(of: await handler.handle((1...count).map(numbered)))
    _ = await handler.stop()
    return rebooted(checkpoint)
  }

  /// After a sync has failed the checkpoint says for ever that nothing more is synced, and the inbox drops events
  /// after its retention.
  @Test func unsyncedLinesThatTheInboxNoLongerHasStayAndAreNotDoubled() async throws {
    let unsynced = try await writeUnsynced(4)
    let second = handler(.interval(seconds: 1_000))
    #expect(try await second.start(checkpoint: unsynced, cursor: 4) == .after(sequence: 0))
    let open = try checkpoint(of: await second.handle([numbered(3)]))
    // Killed before all of them have come again.
    _ = await second.stop()
    let third = handler(.interval(seconds: 1_000))
    #expect(try await third.start(checkpoint: open, cursor: 3) == .after(sequence: 0))
    _ = await third.handle([numbered(3)])
    _ = await third.handle([numbered(4), numbered(5)])
    expectLines(1...5)
  }

  /// A disk writes its blocks in any order: a later one may be there, and an earlier one zeros.
  @Test func whatStandsBehindABrokenLineIsWrittenAgainInOrder() async throws {
    let unsynced = try await writeUnsynced(4)
    let length = Self.line(1).utf8.count + 1
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seek(toOffset: UInt64(length))
    try file.write(contentsOf: Data(count: length))
    try file.close()
    let second = handler(.interval(seconds: 1_000))
    #expect(try await second.start(checkpoint: unsynced, cursor: 4) == .after(sequence: 0))
    expectLines(1...1)
    for number in 1...5 { _ = await second.handle([numbered(Int64(number))]) }
    expectLines(1...5)
  }

  @Test(arguments: [.always, .never] as [FileHandlerOptions.Sync])
  func aBootThatCannotBeToldIsSaidWhereItMatters(_ sync: FileHandlerOptions.Sync) throws {
    let recovery = try FileRecovery(
      checkpoint: nil,
      cursor: 0,
      current: AppendFile(locking: path),
      rotated: RotatedFiles(of: path),
      sync: sync,
      boot: ""
    )
    #expect(recovery.remarks.contains(.bootUnknown) == (sync != .never))
  }
}

@Suite struct FullDisk {
  /// Mounting needs root.
  @Test(.enabled(if: geteuid() == 0, "a small tmpfs can only be mounted by root"))
  func halfWrittenBatchIsTakenBackAndComesAgain() async throws {
    let folder = try TemporaryFolder()
    try #require(try mount(["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path], by: "/bin/mount"))
    defer { _ = try? mount([folder.path], by: "/bin/umount") }
    let path = "\(folder.path)/events.ndjson"
    let handler = FileHandler(
      options: FileHandlerOptions.test(path: path, sync: .never),
      logger: CapturedLog().logger
    )
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    let line = #"["\#(String(repeating: "x", count: 10_000))"]"#
    let batch = (1...4).map { event($0, payload: line) }
    let next = (5...8).map { event($0, payload: line) }
    guard case .delivered = await handler.handle(batch) else {
      Issue.record("the disk has room")
      return
    }
    guard case .retry(let reason) = await handler.handle(next) else {
      Issue.record("the disk is full")
      return
    }
    #expect(reason.contains("No space left"))
    #expect(text(of: path).utf8.count == 4 * (line.utf8.count + 1))
    try #require(try mount(["-o", "remount,size=1m", folder.path], by: "/bin/mount"))
    guard case .delivered = await handler.handle(next) else {
      Issue.record("there is room again")
      return
    }
    #expect(text(of: path).split(separator: "\n").count == 8)
    _ = await handler.stop()
  }

  private func mount(_ arguments: [String], by program: String) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

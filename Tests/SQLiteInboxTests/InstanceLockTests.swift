import Foundation
import Glibc
import InboxTestKit
import SystemPackage
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

/// A lock that outlives its holder: a child of a killed linqhook that is between fork and exec has it.
@Suite struct InstanceLockTests {
  /// Above what Linux gives to processes.
  private static let noProcess = Int32.max

  private let folder: TemporaryFolder
  private let left: FileDescriptor

  init() throws {
    folder = try TemporaryFolder()
    left = try FileDescriptor.open(
      FilePath(folder.inboxPath + ".lock"),
      .readWrite,
      options: [.create, .closeOnExec],
      permissions: .ownerReadWrite
    )
    #expect(flock(left.rawValue, LOCK_EX | LOCK_NB) == 0)
  }

  private func write(_ holder: Int32) throws { try left.writeAll(toAbsoluteOffset: 0, "\(holder)\n".utf8) }

  @Test func isWaitedForWhenItsHolderIsGone() throws {
    try write(Self.noProcess)
    var pauses = 0
    let lock = try InstanceLock(inboxPath: folder.inboxPath) {
      pauses += 1
      if pauses == 3 { try? left.close() }
    }
    #expect(pauses == 3)
    lock.release()
  }

  @Test func isNotWaitedForWhileItsHolderLives() throws {
    try write(getpid())
    #expect(
      inboxErrorCode { _ = try InstanceLock(inboxPath: folder.inboxPath) { Issue.record("waited") } }
        == .inUse
    )
    try left.close()
  }

  @Test func isNotWaitedForForEver() throws {
    try write(Self.noProcess)
    var pauses = 0
    #expect(inboxErrorCode { _ = try InstanceLock(inboxPath: folder.inboxPath) { pauses += 1 } } == .inUse)
    #expect(pauses == 200)
    try left.close()
  }
}

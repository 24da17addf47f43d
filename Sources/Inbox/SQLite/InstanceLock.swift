internal import Foundation
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Holds `<path>.lock` until it is released, so that one process at a time opens the inbox for writing.
///
/// A file of its own: closing any descriptor of the database itself would drop SQLite's locks on it. The
/// kernel lets go of the lock when the process ends, however it ends; the file stays behind.
final class InstanceLock: Sendable {
  private let descriptor: Mutex<FileDescriptor?>

  init(inboxPath: String) throws(InboxError) {
    let path = inboxPath + ".lock"
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(
        FilePath(path),
        .readWrite,
        options: [.create, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite
      )
    } catch {
      throw InboxError(
        .inputOutput,
        "The lock file \(path) cannot be opened (\(error)); check that this user may write to its folder."
      )
    }
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      let holder = Self.holder(path)
      try? descriptor.close()
      throw InboxError(
        .inUse,
        "Another linqhook\(holder) has the inbox \(inboxPath) open; stop it, or set inbox.path to another "
          + "file."
      )
    }
    do {
      try descriptor.resize(to: 0)
      try descriptor.writeAll(toAbsoluteOffset: 0, "\(getpid())\n".utf8)
    } catch {
      try? descriptor.close()
      throw InboxError(.inputOutput, "The lock file \(path) cannot be written (\(error)); check the disk.")
    }
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  /// Lets the next process in. Unlocks before closing: a child that is between fork and exec just now has a
  /// copy of the descriptor, and would hold the lock a moment longer.
  func release() {
    descriptor.withLock { descriptor in
      if let held = descriptor { flock(held.rawValue, LOCK_UN) }
      try? descriptor?.close()
      descriptor = nil
    }
  }

  private static func holder(_ path: String) -> String {
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    guard let digits = text?.split(separator: "\n").first, let identifier = Int32(digits) else { return "" }
    return " (process \(identifier))"
  }
}

internal import Foundation
internal import Glibc
internal import LinqhookInbox
internal import Synchronization
internal import SystemPackage

/// Holds `<path>.lock` until it is released, so that one process at a time opens the inbox for writing.
///
/// A file of its own: closing any descriptor of the database itself would drop SQLite's locks on it. The
/// kernel lets go of the lock when the process ends, however it ends; the file stays behind.
///
/// A child of a holder that was killed, between fork and exec just then, has the lock a moment longer. It is waited for:
/// a restart right after a crash must not fail because of it.
final class InstanceLock: Sendable {
  /// How often a lock is tried whose holder is gone: two seconds with the pause between.
  private static let maxTries = 200

  private let descriptor: Mutex<FileDescriptor?>

  init(inboxPath: String, pause: () -> Void = { usleep(10_000) }) throws(InboxError) {
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
    guard Self.lock(descriptor, path, pause: pause) else {
      let holder = Self.holder(path).map { " (process \($0))" } ?? ""
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

  private static func lock(_ descriptor: FileDescriptor, _ path: String, pause: () -> Void) -> Bool {
    for _ in 0..<maxTries {
      if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 { return true }
      guard let holder = holder(path), kill(holder, 0) != 0, errno == ESRCH else { return false }
      pause()
    }
    return false
  }

  /// The process that took the lock last, as it wrote itself down.
  private static func holder(_ path: String) -> pid_t? {
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    return text?.split(separator: "\n").first.flatMap { pid_t($0) }
  }
}

internal import Foundation
internal import Glibc
internal import SystemPackage

/// A copy that is being made, under a name of its own beside its place.
///
/// Its maker holds a lock on it (flock(2)), which ends with the process. So the next copy to the same place can tell
/// what a killed process left from what another one is at work on.
final class UnfinishedCopy {
  let path: String
  private let file: FileDescriptor

  /// Makes an empty file, and removes what earlier ones left.
  init(of target: String) throws(Errno) {
    Self.removeAbandoned(of: target)
    path = Self.prefix(of: target) + LogStamp.hexadecimal(randomBytes())
    try CopyFile.make(path)
    do {
      file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .noFollow])
    } catch { throw error as? Errno ?? .ioError }
    _ = flock(file.rawValue, LOCK_EX | LOCK_NB)
  }

  deinit { try? file.close() }

  /// Removes it where it has not become the copy.
  func remove() { Self.remove(path) }

  private static func prefix(of target: String) -> String { "\(target).partial-" }

  private static func removeAbandoned(of target: String) {
    let folder = CopyFile.folder(of: target)
    let start = FilePath(prefix(of: target)).lastComponent?.string ?? ""
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(start) && !name.hasSuffix("-journal") {
      let path = "\(folder)/\(name)"
      guard
        let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .noFollow])
      else { continue }
      if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { remove(path) }
      try? file.close()
    }
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-journal"] { unlinkIfThere(path + suffix) }
  }
}

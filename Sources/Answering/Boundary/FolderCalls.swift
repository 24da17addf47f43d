// The compiler may find `timespec` in either of these two, whichever a file beside this one has loaded first.
import Glibc
internal import SwiftOverlayShims

/// What is known of a file without opening it.
struct FileFacts {
  var isRegular: Bool
  var isFolder: Bool
  /// The permissions with the sticky bit and its like.
  var mode: UInt32
  var owner: UInt32
  var byteCount: Int64
  /// Seconds since 1970.
  var modifiedAtSeconds: Int64

  /// Nil where there is nothing of that name; a symbolic link is looked at itself, unless it is to be followed.
  init?(path: String, followsLinks: Bool = false) {
    var status = stat()
    guard unsafe (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    isRegular = status.st_mode & S_IFMT == S_IFREG
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    mode = status.st_mode & 0o7777
    owner = status.st_uid
    byteCount = Int64(status.st_size)
    modifiedAtSeconds = Int64(status.st_mtim.tv_sec)
  }
}

/// The calls on folders that a store of files needs.
enum FolderCalls {
  static var ownUser: UInt32 { geteuid() }

  /// Makes a folder, with those above it that are missing; one that is there stays as it is.
  ///
  /// - Returns: why that failed, in the system's words; nil where it did not.
  static func make(_ path: String, mode: UInt32) -> String? {
    if unsafe mkdir(path, mode_t(mode & 0o777)) == 0 {
      // The umask does not count, and mkdir takes no sticky bit everywhere.
      return unsafe chmod(path, mode_t(mode)) == 0 ? nil : trouble
    }
    switch errno {
    case EEXIST:
      var status = stat()
      let isFolder = unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      return isFolder ? nil : "something else has its name"
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return trouble }
      return make(String(path[..<slash]), mode: 0o750) ?? make(path, mode: mode)
    default: return trouble
    }
  }

  /// Whether files can be made in the folder.
  static func isWritable(_ path: String) -> Bool { unsafe access(path, W_OK | X_OK) == 0 }

  static func removeFile(_ path: String) { unsafe unlink(path) }

  /// Removes the folder if it is empty.
  static func removeFolder(_ path: String) { unsafe rmdir(path) }

  /// Sets a file's times to now.
  static func touch(_ path: String) { unsafe utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) }

  private static var trouble: String { unsafe String(cString: strerror(errno)) }
}

/// The names in a folder, one after the other: a folder with a million of them takes no more memory than an empty one.
@safe
final class FolderNames: Sequence, IteratorProtocol {
  private let handle: OpaquePointer?

  /// Begins at the first name; a folder that cannot be read has none.
  init(_ path: String) { unsafe handle = opendir(path) }

  deinit { if let handle = unsafe handle { unsafe closedir(handle) } }

  func next() -> String? {
    guard let handle = unsafe handle else { return nil }
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { return name }
    }
    return nil
  }
}

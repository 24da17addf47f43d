internal import Glibc

/// Which file is under a path, and how long it is.
struct FileState: Equatable {
  let device: UInt64
  let number: UInt64
  let byteCount: Int64

  /// Nil where there is none.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    (device, number, byteCount) = (UInt64(status.st_dev), UInt64(status.st_ino), Int64(status.st_size))
  }

  /// Whether this is the same file, however long.
  func isSameFile(as other: FileState) -> Bool { device == other.device && number == other.number }
}

import Glibc

/// Paths that are handed to libcurl, looked at first: a pipe or a device would block its thread.
enum FileCheck {
  /// Whether this process can read the regular file.
  static func isReadableFile(_ path: String) -> Bool { byteCount(ofReadableFile: path) != nil }

  /// The length of a regular file that this process can read; nil for anything else.
  static func byteCount(ofReadableFile path: String) -> Int64? {
    guard isCString(path) else { return nil }
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return unsafe access(path, R_OK) == 0 ? Int64(status.st_size) : nil
  }

  /// Whether the path fits into a `sockaddr_un` of Linux.
  static func isSocketPath(_ path: String) -> Bool {
    isCString(path) && path.utf8.count <= 107
  }

  private static func isCString(_ path: String) -> Bool {
    !path.isEmpty && !path.utf8.contains(0)
  }
}

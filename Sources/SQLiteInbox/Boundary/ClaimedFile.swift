internal import Glibc
internal import SystemPackage

/// An open file that its process may claim, so that others can tell it from one that an interrupted process has left.
///
/// The claim is a lock on one byte that no database reaches, and belongs to this open file: SQLite's own locks, and what
/// SQLite closes, have no part in it. The kernel lets go of it when the process ends, however it ends.
struct ClaimedFile {
  /// What came of an attempt to claim it.
  enum Claim {
    case taken
    case heldByAnother
    /// The file system has no locks.
    case impossible
  }

  private static let lockedByte: off_t = 1 << 60
  /// `F_OFD_SETLK` of Linux, which the headers give only with `_GNU_SOURCE`.
  private static let setLock: Int32 = 37

  private let path: String
  private let descriptor: FileDescriptor

  /// Opens a file that is there; throws for a link.
  init(_ path: String) throws(Errno) {
    self.path = path
    do {
      descriptor = try FileDescriptor.open(
        FilePath(path),
        .readWrite,
        options: [.closeOnExec, .noFollow, .nonBlocking]
      )
    } catch { throw error as? Errno ?? .ioError }
  }

  func close() { try? descriptor.close() }

  func claim() -> Claim {
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = Self.lockedByte
    range.l_len = 1
    let result = unsafe withUnsafeMutablePointer(to: &range) { range in
      unsafe fcntl(descriptor.rawValue, Self.setLock, range)
    }
    if result == 0 { return .taken }
    return errno == EAGAIN || errno == EACCES ? .heldByAnother : .impossible
  }

  /// Whether the path still leads to it.
  var isInPlace: Bool {
    var (opened, named) = (stat(), stat())
    return unsafe fstat(descriptor.rawValue, &opened) == 0 && lstat(path, &named) == 0
      && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
  }

  /// Whether it is a plain file of this user; root asks for no owner.
  var isOwn: Bool {
    var status = stat()
    return unsafe fstat(descriptor.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && [0, status.st_uid].contains(geteuid())
  }

  /// The first bytes, as many as there are of these.
  func beginning(maxBytes: Int) -> [UInt8]? {
    try? unsafe [UInt8](unsafeUninitializedCapacity: maxBytes) { buffer, count in
      count = try unsafe descriptor.read(
        fromAbsoluteOffset: 0,
        into: UnsafeMutableRawBufferPointer(buffer)
      )
    }
  }
}

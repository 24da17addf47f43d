// The compiler may find `timespec` in either of these two, whichever a file beside this one has loaded first.
internal import Glibc
internal import SwiftOverlayShims
internal import SystemPackage

/// An open file that is only ever appended to or cut at its end. Closed with its last reference.
final class AppendFile {
  /// How many bytes are read at a time.
  private static let pieceBytes = 1 << 20

  let path: String
  let identity: FileIdentity
  private let descriptor: FileDescriptor

  /// Opens the file, makes it where it is missing, and takes its lock.
  convenience init(locking path: String) throws(FileHandlerError) {
    // The name may be given to another file between opening and locking, by a linqhook that rotates.
    for _ in 0..<3 {
      try self.init(opening: path, options: [.create, .append, .closeOnExec])
      do throws(Errno) {
        guard try FileCalls.lock(descriptor) else { throw .wouldBlock }
      } catch {
        throw error == .wouldBlock ? .inUse(path: path) : .failed(what: "Locking", path: path, error)
      }
      if Self.identity(of: path) == identity { return }
    }
    throw .inUse(path: path)
  }

  /// Opens a file that is there, for recovery.
  init(opening path: String, options: FileDescriptor.OpenOptions = [.append, .closeOnExec])
    throws(FileHandlerError)
  {
    do {
      let descriptor = try FileDescriptor.open(
        FilePath(path),
        .readWrite,
        options: options,
        permissions: [.ownerReadWrite, .groupRead]
      )
      let status = try descriptor.stat()
      guard status.type == .regular else {
        try descriptor.close()
        throw FileHandlerError.notAFile(path: path)
      }
      self.descriptor = descriptor
      self.path = path
      identity = FileIdentity(status)
    } catch let error as FileHandlerError {
      throw error
    } catch {
      throw .cannotOpen(path: path, error as? Errno ?? .ioError)
    }
  }

  deinit {
    FileCalls.unlock(descriptor)
    try? descriptor.close()
  }

  /// Which file is under a path now; nil where there is none.
  static func identity(of path: String) -> FileIdentity? {
    (try? FilePath(path).stat()).map(FileIdentity.init)
  }

  /// When a file was written to, in nanoseconds since 1970; 0 where there is none.
  static func modifiedAt(_ path: String) -> Int64 {
    guard let time = (try? FilePath(path).stat())?.st_mtim else { return 0 }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Gives the file this mode where it has another.
  func setMode(_ mode: UInt32) throws(Errno) {
    guard try Self.rethrowing({ try descriptor.stat().permissions.rawValue }) != mode else { return }
    try FileCalls.setMode(descriptor, mode)
  }

  /// How long the file is, and whether it has a name at all.
  func status() throws(Errno) -> (length: Int64, isDeleted: Bool) {
    try Self.rethrowing {
      let status = try descriptor.stat()
      return (status.size, status.linkCount == 0)
    }
  }

  func append(_ bytes: [UInt8]) throws(Errno) { try Self.rethrowing { _ = try descriptor.writeAll(bytes) } }

  func cut(to length: Int64) throws(Errno) { try Self.rethrowing { try descriptor.resize(to: length) } }

  func sync() throws(Errno) { try FileCalls.syncData(descriptor) }

  func read(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
    try FileCalls.read(descriptor, at: offset, count: count)
  }

  /// Whether the file, of this length, ends where a line ends.
  func endsAtLine(length: Int64) throws(Errno) -> Bool {
    length == 0 ? true : try read(at: length - 1, count: 1) == [UInt8(ascii: "\n")]
  }

  /// Where the first line from `offset` on begins that is not a whole one of ours; the file's end where all are.
  func endOfWholeLines(from offset: Int64) throws(Errno) -> Int64 {
    var end = offset
    var line: [UInt8] = []
    while true {
      let piece = try read(at: end + Int64(line.count), count: Self.pieceBytes)
      var start = piece.startIndex
      while let lineEnd = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
        line += piece[start..<lineEnd]
        guard FileLine.isWhole(line) else { return end }
        end += Int64(line.count) + 1
        line = []
        start = lineEnd + 1
      }
      line += piece[start...]
      if piece.isEmpty { return FileLine.isWhole(line) ? end + Int64(line.count) : end }
      // What the disk has lost may be read as zeros without end.
      guard line.count <= UnrecordedLines.maxBytes else { return end }
    }
  }

  /// swift-system throws nothing but `Errno`, but does not say so in its types.
  private static func rethrowing<Result>(_ body: () throws -> Result) throws(Errno) -> Result {
    do { return try body() } catch { throw error as? Errno ?? .ioError }
  }
}

extension FileIdentity {
  init(_ status: Stat) {
    self.init(device: UInt64(status.deviceID.rawValue), inode: UInt64(status.inode.rawValue))
  }
}

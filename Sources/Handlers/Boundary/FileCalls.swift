// The file calls that swift-system has no safe form for, with pointers wrapped and error numbers thrown.

internal import Glibc
internal import SystemPackage

enum FileCalls {
  /// Takes the lock that keeps a second writer away; false where another has it.
  static func lock(_ descriptor: FileDescriptor) throws(Errno) -> Bool {
    if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw Errno(rawValue: errno) }
    return false
  }

  /// Gives the lock back. Closing is not enough at once: a child that is just being started has a copy of every
  /// descriptor until its exec.
  static func unlock(_ descriptor: FileDescriptor) { _ = flock(descriptor.rawValue, LOCK_UN) }

  /// Forces the bytes, and the length that is needed to read them, to the disk.
  static func syncData(_ descriptor: FileDescriptor) throws(Errno) {
    guard fdatasync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Forces a file, or the names in a directory, to the disk.
  static func sync(path: String) throws(Errno) {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    } catch {
      throw error as? Errno ?? .ioError
    }
    defer { try? descriptor.close() }
    guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Gives an open file this mode, whatever the umask says.
  static func setMode(_ descriptor: FileDescriptor, _ mode: UInt32) throws(Errno) {
    guard fchmod(descriptor.rawValue, mode) == 0 else { throw Errno(rawValue: errno) }
  }

  /// The same by name.
  static func setMode(path: String, _ mode: UInt32) throws(Errno) {
    guard unsafe chmod(path, mode) == 0 else { throw Errno(rawValue: errno) }
  }

  static func rename(_ path: String, to newPath: String) throws(Errno) {
    guard unsafe Glibc.rename(path, newPath) == 0 else { throw Errno(rawValue: errno) }
  }

  static func remove(_ path: String) throws(Errno) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw Errno(rawValue: errno) }
  }

  /// The bytes from `offset` on, at most `count`; fewer at the end of the file.
  static func read(_ descriptor: FileDescriptor, at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
    do {
      return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        while filled < count {
          let rest = unsafe UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]
          )
          let read = unsafe try descriptor.read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
          if read == 0 { break }
          filled += read
        }
      }
    } catch {
      throw error as? Errno ?? .ioError
    }
  }
}

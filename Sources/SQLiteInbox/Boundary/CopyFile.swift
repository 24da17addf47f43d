internal import Glibc
internal import LinqhookAuthentication
internal import SystemPackage

/// Files that are made beside their place and then put there, whole or not at all.
enum CopyFile {
  /// Makes an empty file for nobody else; throws where there is one.
  static func make(_ path: String) throws(Errno) {
    do {
      let file = try FileDescriptor.open(
        FilePath(path),
        .writeOnly,
        options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite
      )
      try file.close()
    } catch { throw error as? Errno ?? .ioError }
  }

  /// Brings a file, or the entries of a folder, to the disk.
  static func sync(_ path: String, isFolder: Bool = false) throws(Errno) {
    do {
      let options: FileDescriptor.OpenOptions = isFolder ? [.directory, .closeOnExec] : [.closeOnExec]
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: options)
      defer { try? file.close() }
      guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
    } catch { throw error as? Errno ?? .ioError }
  }

  /// Gives a complete file its name. Without `replaces` a file that is there by then is left alone.
  static func publish(_ path: String, as name: String, replaces: Bool) throws(Errno) {
    if replaces {
      try move(path, to: name)
    } else if unsafe Glibc.link(path, name) != 0 {
      let reason = Errno(rawValue: errno)
      // A file system without second names: nobody else makes this one now, or so we must believe.
      guard reason == .notPermitted || reason == .notSupported, FileState(path: name) == nil else {
        throw reason
      }
      try move(path, to: name)
    }
    try sync(folder(of: name), isFolder: true)
  }

  /// Renames a file on one file system.
  static func move(_ path: String, to name: String) throws(Errno) {
    guard unsafe rename(path, name) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Gives a file another name beside its own.
  static func link(_ path: String, as name: String) throws(Errno) {
    guard unsafe Glibc.link(path, name) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Copies the bytes of a file into a new one.
  static func copy(_ path: String, to target: String) throws {
    let source = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
    defer { try? source.close() }
    try make(target)
    let copy = try FileDescriptor.open(FilePath(target), .writeOnly, options: [.closeOnExec, .noFollow])
    defer { try? copy.close() }
    while true {
      let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
        count = try unsafe source.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if bytes.isEmpty { break }
      try copy.writeAll(bytes)
    }
    guard fsync(copy.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Where root works for another user, what it makes is for that one.
  static func giveAway(_ path: String, like other: String) {
    var status = stat()
    guard geteuid() == 0, unsafe stat(other, &status) == 0 else { return }
    _ = unsafe lchown(path, status.st_uid, status.st_gid)
  }

  static func folder(of path: String) -> String {
    let folder = FilePath(path).removingLastComponent().string
    return folder.isEmpty ? "." : folder
  }
}

/// Removes a file that may not be there.
func unlinkIfThere(_ path: String) { _ = unsafe unlink(path) }

/// A name that nobody guesses.
func randomBytes() -> [UInt8] { (try? SecureRandom.bytes(count: 6)) ?? [UInt8](repeating: 0, count: 6) }

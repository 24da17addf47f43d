internal import Foundation
internal import Glibc
internal import SystemPackage

/// Makes the place of the store: its folder for nobody else, the file for nobody else, both on disk.
enum StoreFolder {
  static func prepare(path: String) throws(InboxError) {
    let file = URL(fileURLWithPath: path)
    let folder = file.deletingLastPathComponent()
    do {
      try makeFolder(folder)
      try makeFile(file.path)
      try sync(folder: folder.path)
    } catch {
      throw InboxError(
        .inputOutput,
        "The inbox \(path) cannot be made (\(reason(error))); set inbox.path to a folder that this user may "
          + "write to."
      )
    }
  }

  private static func makeFolder(_ folder: URL) throws {
    let files = FileManager.default
    guard !files.fileExists(atPath: folder.path) else { return }
    let parent = folder.deletingLastPathComponent()
    if parent.path != folder.path { try makeFolder(parent) }
    try files.createDirectory(
      at: folder,
      withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700]
    )
    try sync(folder: parent.path)
  }

  /// SQLite would make the file readable for all; its log takes over the rights of the file. An existing
  /// file is not opened here: closing it again would drop locks that SQLite may hold on it.
  private static func makeFile(_ path: String) throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      // Where the file belongs to someone else its rights are theirs to set.
      try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      return
    }
    let descriptor = try FileDescriptor.open(
      FilePath(path),
      .writeOnly,
      options: [.create, .closeOnExec],
      permissions: .ownerReadWrite
    )
    try descriptor.close()
  }

  private static func sync(folder: String) throws {
    let descriptor = try FileDescriptor.open(
      FilePath(folder),
      .readOnly,
      options: [.directory, .closeOnExec]
    )
    defer { try? descriptor.close() }
    guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  private static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    return (underlying ?? error).localizedDescription
  }

  /// The type of the file system under a path, where it is one that must not hold an inbox: it is gone with
  /// the power, or its locks and syncs cannot be relied on. Read from the kernel's list of mounts.
  static func unsafeFileSystem(path: String) -> String? {
    let resolved = URL(fileURLWithPath: path).deletingLastPathComponent().resolvingSymlinksInPath().path
    guard let mounts = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8) else { return nil }
    var best: (point: String, type: String) = ("", "")
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2 else { continue }
      let point = fields[1].replacingOccurrences(of: "\\040", with: " ")
      let isAbove = point == "/" || resolved == point || resolved.hasPrefix(point + "/")
      // A later mount on the same point covers the earlier one.
      if isAbove, point.count >= best.point.count { best = (point, String(fields[2])) }
    }
    let types: Set = ["tmpfs", "ramfs", "nfs", "nfs4", "cifs", "smb3", "9p", "overlay"]
    return types.contains(best.type) || best.type.hasPrefix("fuse") ? best.type : nil
  }
}

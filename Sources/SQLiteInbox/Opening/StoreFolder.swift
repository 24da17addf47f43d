internal import FileTrust
internal import Foundation
internal import Glibc
internal import LinqhookInbox
internal import SystemPackage

/// Makes the place of the store: its folder for nobody else, the file for nobody else, both on disk.
enum StoreFolder {
  /// The most links in a row that are followed, as by the kernel.
  private static let maxLinks = 40

  /// Makes what is missing. Says, or refuses, what cannot keep or guard the store.
  static func prepare(
    _ storage: SQLiteStorage,
    report: (InboxDiagnostic) -> Void
  ) throws(InboxError) {
    let file = URL(fileURLWithPath: storage.path)
    let folder = file.deletingLastPathComponent()
    try making(storage.path) { try makeFolder(folder) }
    if let remark = try StorageTrust.of(folder: folder.path).check(storage) { report(remark) }
    if let remark = openFolder(folder.path) { report(remark) }
    try making(storage.path) {
      try makeFile(file.path)
      try sync(folder: folder.path)
    }
  }

  /// Makes the folder of the store where it is missing.
  static func prepareFolder(_ path: String) throws(InboxError) {
    try making(path) { try makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent()) }
  }

  /// Throws where others could exchange the store: its folder, every folder above it and every link on the way must
  /// belong to this user or root, and nobody else may write there. Where the sticky bit lets everybody add files, those of
  /// the store that are there must not be somebody else's.
  ///
  /// Root also works for the user whose store it is: it accepts the folder of the one that the file belongs to.
  static func checkOwner(_ path: String) throws(InboxError) {
    let file = URL(fileURLWithPath: path).path
    let trust = FileTrust(workingOn: file)
    let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: file)) != nil
    var objection = trust.objection(to: isLink ? file : CopyFile.folder(of: file))
    let place = Self.path(behind: file)
    for suffix in ["", "-wal", "-shm", "-journal", ".acknowledged", ".lock"] where objection == nil {
      guard let found = trust.objection(to: place + suffix), case .owner = found.reason else { continue }
      objection = found
    }
    guard let objection else { return }
    throw InboxError(
      .unsafeStorage,
      "Others could exchange the inbox \(path): \(objection.description)"
    )
  }

  /// The file that a path leads to where it is a symbolic link. SQLite keeps its log beside that one, so the log
  /// is looked for there, and one lock guards the file under all its names.
  static func path(behind path: String) -> String {
    var file = FilePath(path)
    for _ in 0..<maxLinks {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: file.string) else {
        break
      }
      // One that begins with a slash takes the place of the whole.
      file = file.removingLastComponent().pushing(FilePath(target))
    }
    return file.string
  }

  private static func making(_ path: String, _ body: () throws -> Void) throws(InboxError) {
    do { try body() } catch {
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

  /// What is to be said of a folder that others may look into or change. The files in it are for nobody else,
  /// but a user who may change the folder can replace them.
  private static func openFolder(_ path: String) -> InboxDiagnostic? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue, mode & 0o027 != 0 else {
      return nil
    }
    return InboxDiagnostic(
      .openFolder,
      .warning,
      "Other users of this machine may enter the inbox's folder \(path) (its mode is "
        + "\(String(mode & 0o7777, radix: 8))). Run chmod 700 on it."
    )
  }
}

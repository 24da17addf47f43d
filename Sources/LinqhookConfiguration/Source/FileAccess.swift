import Foundation

/// Reads the few small files that a configuration consists of.
enum FileAccess {
  /// Why a file cannot be read, as the rest of a sentence that begins with its name.
  struct Failure: Error, Equatable {
    var reason: String
    /// Whether this user has no right to read it.
    var isForbidden = false
  }

  /// The bytes of a file; reads at most `maxBytes`.
  static func read(_ path: String, maxBytes: Int) throws(Failure) -> [UInt8] {
    guard !isFolder(path) else { throw Failure(reason: "is a folder, not a file") }
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try handle.read(upToCount: maxBytes + 1) ?? Data()
    } catch {
      throw failure(error)
    }
    guard data.count <= maxBytes else {
      throw Failure(reason: "is larger than \(SizeText.format(maxBytes))")
    }
    return [UInt8](data)
  }

  /// The text of a file in UTF-8.
  static func readText(_ path: String, maxBytes: Int) throws(Failure) -> String {
    guard let text = String(validating: try read(path, maxBytes: maxBytes), as: UTF8.self) else {
      throw Failure(reason: "is not UTF-8 text. Save it as UTF-8")
    }
    return text
  }

  /// Whether there is such a file. One in a folder that may not be entered counts as there: reading it says why
  /// it cannot be used, where "no such file" would hide it.
  static func exists(_ path: String) -> Bool {
    do {
      _ = try FileManager.default.attributesOfItem(atPath: path)
      return true
    } catch {
      return !isMissing(error)
    }
  }

  static func isFolder(_ path: String) -> Bool {
    attributes(path)?[.type] as? FileAttributeType == .typeDirectory
  }

  /// Whether every user of the machine may read the file.
  static func isReadableByEveryone(_ path: String) -> Bool {
    guard let mode = attributes(path)?[.posixPermissions] as? NSNumber else { return false }
    return mode.intValue & 0o004 != 0
  }

  /// The group of the file; nil when there is none.
  static func group(of path: String) -> Int? {
    (attributes(path)?[.groupOwnerAccountID] as? NSNumber)?.intValue
  }

  /// Whether the members of a group, or everybody, may read the file.
  static func isReadable(_ path: String, byGroup group: Int) -> Bool {
    guard let mode = attributes(path)?[.posixPermissions] as? NSNumber else { return false }
    return mode.intValue & 0o004 != 0 || (mode.intValue & 0o040 != 0 && self.group(of: path) == group)
  }

  /// Whether this process may execute the file.
  static func isExecutable(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: path)
  }

  static var currentFolder: String { FileManager.default.currentDirectoryPath }

  /// Attributes of the file that a path leads to, symbolic links followed.
  private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return try? FileManager.default.attributesOfItem(atPath: target)
  }

  private static func isMissing(_ error: any Error) -> Bool {
    let code = (error as? CocoaError)?.code
    return code == .fileReadNoSuchFile || code == .fileNoSuchFile
  }

  private static func failure(_ error: any Error) -> Failure {
    if isMissing(error) { return Failure(reason: "does not exist") }
    if (error as? CocoaError)?.code == .fileReadNoPermission {
      return Failure(reason: "may not be read by this user", isForbidden: true)
    }
    return Failure(reason: "cannot be read")
  }
}

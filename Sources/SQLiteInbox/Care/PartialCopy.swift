internal import Foundation
internal import SystemPackage

/// A copy that is being made, under a name beside its own. It is claimed for as long, so that the next backup can tell it
/// from one that was interrupted.
struct PartialCopy {
  private static let infix = ".partial-"
  private static let digitCount = 12
  private static let journal = "-journal"
  private static let maxTries = 8

  /// Where it is.
  let path: String
  private let file: ClaimedFile

  /// Makes an empty file for nobody else.
  init(of target: String) throws(Errno) {
    for _ in 0..<Self.maxTries {
      let path = target + Self.infix + LogStamp.hexadecimal(randomBytes())
      try CopyFile.make(path)
      let file = try ClaimedFile(path)
      // Where the file system has no locks nobody else can claim it, either.
      if file.claim() != .heldByAnother, file.isInPlace {
        (self.path, self.file) = (path, file)
        return
      }
      // Another backup took it for abandoned before it was claimed.
      file.close()
    }
    throw .resourceBusy
  }

  /// Removes it, where it has not become the copy.
  func remove() {
    Self.remove(path)
    file.close()
  }

  /// Removes what interrupted backups have left beside `target`: of copies of this name, and of copies of other names,
  /// such as yesterday's date, where a file begins as an inbox does.
  static func removeAbandoned(besides target: String) {
    let folder = CopyFile.folder(of: target)
    let own = (FilePath(target).lastComponent?.string ?? "") + infix
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where isName(name) {
      let path = folder + "/" + name
      guard let file = try? ClaimedFile(path) else { continue }
      defer { file.close() }
      guard file.isOwn, name.hasPrefix(own) || isInboxSoFar(file), file.claim() == .taken, file.isInPlace
      else { continue }
      remove(path)
    }
  }

  private static func remove(_ path: String) {
    for suffix in ["", journal] { unlinkIfThere(path + suffix) }
  }

  private static func isName(_ name: String) -> Bool {
    guard let range = name.range(of: infix, options: .backwards) else { return false }
    let random = name[range.upperBound...]
    return random.utf8.count == digitCount && random.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  /// Whether it begins as an inbox does. SQLite writes the first page of a copy last: until then it is missing, or zeros.
  private static func isInboxSoFar(_ file: ClaimedFile) -> Bool {
    guard let head = file.beginning(maxBytes: StoreHead.byteCount) else { return false }
    return head.allSatisfy { $0 == 0 } || StoreHead.isOfAnInbox(head)
  }
}

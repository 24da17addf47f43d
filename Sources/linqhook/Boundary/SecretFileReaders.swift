import Foundation
import Glibc
import SystemPackage

/// Who can read a new file with a secret: its owner alone, unless root makes it. Then the receiver runs as somebody else,
/// and the folder says as whom:
///
/// - What lies in the folder of another user is for that user.
/// - A folder of root that is open to one group and closed to everybody else, as /etc/linqhook is, holds what that
///   group may read.
enum SecretFileReaders: Equatable {
  /// The user who makes it, who is not root.
  case maker
  /// Root, and nobody else.
  case rootOnly
  /// The user of this number, to whom the folder belongs.
  case owner(UInt32, group: UInt32)
  /// Root and the group of this number.
  case group(UInt32)

  /// What the folder says.
  init(folderOwner: UInt32, folderGroup: UInt32, folderMode: Int, isRoot: Bool) {
    let isForItsGroup = folderGroup != 0 && folderMode & 0o077 == 0o050
    self =
      switch (isRoot, folderOwner) {
      case (false, _): .maker
      case (true, 0): isForItsGroup ? .group(folderGroup) : .rootOnly
      case (true, _): .owner(folderOwner, group: folderGroup)
      }
  }

  /// Gives a new file, still empty and of mode 0600, to those who are to read it.
  ///
  /// - Parameter path: absolute; of the open file.
  /// - Returns: Who can read it now.
  static func set(for file: FileDescriptor, at path: String) -> SecretFileReaders {
    let isRoot = geteuid() == 0
    // The dot follows a link.
    let folder = "\((path as NSString).deletingLastPathComponent)/."
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: folder),
      let owner = attributes[.ownerAccountID] as? NSNumber,
      let group = attributes[.groupOwnerAccountID] as? NSNumber,
      let mode = attributes[.posixPermissions] as? NSNumber
    else { return isRoot ? .rootOnly : .maker }
    let readers = SecretFileReaders(
      folderOwner: owner.uint32Value,
      folderGroup: group.uint32Value,
      folderMode: mode.intValue,
      isRoot: isRoot
    )
    return readers.apply(to: file) ? readers : .rootOnly
  }

  /// By the descriptor: the path may be another file's by now, where others may write to the folder.
  private func apply(to file: FileDescriptor) -> Bool {
    switch self {
    case .maker, .rootOnly: true
    case .owner(let owner, let group): fchown(file.rawValue, owner, group) == 0
    case .group(let group): fchown(file.rawValue, 0, group) == 0 && fchmod(file.rawValue, 0o640) == 0
    }
  }

  /// A sentence for the operator; nil where there is nothing to tell.
  func sentence(_ path: String) -> String? {
    switch self {
    case .maker: nil
    case .rootOnly:
      "Only root can read \(path). Where the receiver runs as linqhook, run: chgrp linqhook \(path) && chmod 640 \(path)"
    case .owner(let owner, _): "\(path) belongs to \(Self.userName(owner)), as its folder does."
    case .group(let group): "\(path) can be read by root and by the group \(Self.groupName(group))."
    }
  }

  private static func userName(_ number: UInt32) -> String {
    guard let entry = unsafe getpwuid(number) else { return "user \(number)" }
    return unsafe String(cString: entry.pointee.pw_name)
  }

  private static func groupName(_ number: UInt32) -> String {
    guard let entry = unsafe getgrgid(number) else { return "\(number)" }
    return unsafe String(cString: entry.pointee.gr_name)
  }
}

internal import Foundation

/// What the system says of one entry of a folder; links are not followed.
struct FileEntry {
  enum Kind {
    case file, folder, link, other
  }

  let path: String
  let kind: Kind
  let owner: UInt32
  let ownerName: String
  /// Whether the owner is a user of this machine, or of this container.
  let ownerHasAccount: Bool
  let group: UInt32
  /// Nil for a group that this machine does not know.
  let groupName: String?
  private let mode: Int

  /// Nil when there is no such entry, or when its folder may not be entered.
  init?(_ path: String) {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let owner = attributes[.ownerAccountID] as? NSNumber,
      let group = attributes[.groupOwnerAccountID] as? NSNumber,
      let mode = attributes[.posixPermissions] as? NSNumber
    else { return nil }
    self.path = path
    kind =
      switch attributes[.type] as? FileAttributeType {
      case .typeRegular: .file
      case .typeDirectory: .folder
      case .typeSymbolicLink: .link
      default: .other
      }
    self.owner = owner.uint32Value
    self.group = group.uint32Value
    self.mode = mode.intValue
    let name = attributes[.ownerAccountName] as? String
    ownerName = name ?? "user \(owner)"
    ownerHasAccount = name != nil
    groupName = attributes[.groupOwnerAccountName] as? String
  }

  var isSticky: Bool { mode & 0o1000 != 0 }
  var isWritableByGroup: Bool { mode & 0o020 != 0 }
  var isWritableByEverybody: Bool { mode & 0o002 != 0 }
}

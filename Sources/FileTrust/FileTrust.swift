internal import Foundation
internal import Glibc

/// Whether a file may be obeyed: only this user or root may be able to change it, or to put another in its place.
///
/// It is looked at as sshd's `StrictModes` does it: the file and every folder above it must belong to this user or
/// to root, and nobody else may write to them. A folder that everybody may write to is accepted where its sticky
/// bit keeps each entry for its owner, as /tmp has it. Symbolic links are followed one by one, so that each link,
/// and the folders on both ways, are looked at too.
///
/// Accepted besides: a group that holds nobody but this user (as Debian's sshd does it), the groups root and staff
/// (Debian's /usr/local), and what belongs to nobody here but came into a container by a mount.
public struct FileTrust: Sendable {
  /// The most links in a row that are followed, as by the kernel.
  private static let maxLinks = 40

  /// What the kernel shows for groups that a user namespace does not know.
  private static let unmappedGroup: UInt32 = 65_534

  private let user: UInt32
  private let group: UInt32
  private let trustedUsers: Set<UInt32>
  private let mounts: MountPoints

  /// Trust as seen by the user of this process; by root after `sudo`, also the user who called it.
  public init(environment: [String: String]) {
    var users: Set<UInt32> = [0, geteuid()]
    if geteuid() == 0, let caller = environment["SUDO_UID"].flatMap(UInt32.init) { users.insert(caller) }
    self.init(user: geteuid(), group: getegid(), trustedUsers: users, mounts: .current)
  }

  /// Trust as seen by the user of this process; by root, who also works for others, also the user whom this file belongs
  /// to where its folder does so, too.
  public init(workingOn path: String) {
    var users: Set<UInt32> = [0, geteuid()]
    let folder = (path as NSString).deletingLastPathComponent
    if geteuid() == 0, let file = FileEntry(path), file.kind != .link,
      FileEntry(folder.isEmpty ? "." : folder + "/.")?.owner == file.owner
    {
      users.insert(file.owner)
    }
    self.init(user: geteuid(), group: getegid(), trustedUsers: users, mounts: .current)
  }

  init(user: UInt32, group: UInt32, trustedUsers: Set<UInt32>, mounts: MountPoints) {
    (self.user, self.group, self.trustedUsers, self.mounts) = (user, group, trustedUsers, mounts)
  }

  /// Whether this process is root's.
  public var isRoot: Bool { user == 0 }

  /// What speaks against obeying the file or folder at `path` (absolute); nil when nothing does, or when it does
  /// not exist or cannot be looked at: then opening it says why.
  public func objection(to path: String) -> FileObjection? {
    var names = Self.names(of: path)
    var place = "/"
    var linksLeft = Self.maxLinks
    while let name = names.popLast() {
      if name == ".." {
        place = (place as NSString).deletingLastPathComponent
        continue
      }
      let next = place == "/" ? "/\(name)" : "\(place)/\(name)"
      guard let entry = FileEntry(next) else { return nil }
      if let reason = reason(against: entry) { return FileObjection(to: path, at: next, reason: reason) }
      guard entry.kind == .link else {
        place = next
        continue
      }
      guard linksLeft > 0, let target = try? FileManager.default.destinationOfSymbolicLink(atPath: next)
      else { return nil }
      linksLeft -= 1
      if target.hasPrefix("/") { place = "/" }
      names += Self.names(of: target)
    }
    return nil
  }

  /// The names on the way, the last one first.
  private static func names(of path: String) -> [Substring] {
    path.split(separator: "/").filter { $0 != "." }.reversed()
  }

  private func reason(against entry: FileEntry) -> FileObjection.Reason? {
    let isMounted = mounts.isGiven(entry)
    guard trustedUsers.contains(entry.owner) || isMounted else { return .owner(entry.ownerName) }
    // A link has no rights of its own, and what is no file nor folder holds nothing that could be changed.
    guard entry.kind == .file || entry.kind == .folder else { return nil }
    if entry.kind == .folder, entry.isSticky { return nil }
    if entry.isWritableByEverybody { return .everybody }
    guard entry.isWritableByGroup, !isTrusted(entry), !(isMounted && entry.groupName == nil) else {
      return nil
    }
    return .group(entry.groupName ?? "\(entry.group)")
  }

  private func isTrusted(_ entry: FileEntry) -> Bool {
    if entry.group == 0 || entry.groupName == "staff" { return true }
    // Within a user namespace, as units with PrivateUsers= have, the group staff has no name of its own.
    if entry.owner == 0, entry.group == Self.unmappedGroup, entry.path.hasPrefix("/usr/local") { return true }
    guard entry.group == group, entry.group == user, let name = entry.groupName else { return false }
    return GroupMembers.areNone(inGroup: name, but: entry.ownerName)
  }
}

internal import Foundation
internal import LinqhookInbox

/// What the file system under an inbox can be trusted with.
enum StorageTrust: Equatable {
  /// A disk of this machine, as far as can be told.
  case local
  /// It is gone with the container that it belongs to.
  case container
  /// It is gone with the power.
  case memory(type: String)
  /// Its locks and syncs are another machine's or program's word.
  case network(type: String)

  /// The trust in the file system of a folder, from a list of mounts as /proc/self/mounts has it.
  init(folder: String, mounts: String) {
    var best: (point: String, type: Substring) = ("", "")
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2 else { continue }
      let point = fields[1].replacingOccurrences(of: "\\040", with: " ")
      let isAbove = point == "/" || folder == point || folder.hasPrefix(point + "/")
      // A later mount on the same point covers the earlier one.
      if isAbove, point.count >= best.point.count { best = (point, fields[2]) }
    }
    self.init(fileSystem: String(best.type))
  }

  private init(fileSystem type: String) {
    self =
      switch type {
      case "tmpfs", "ramfs": .memory(type: type)
      case "overlay": .container
      case "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs": .network(type: type)
      case _ where type.hasPrefix("fuse"): .network(type: type)
      default: .local
      }
  }

  /// The trust in what lies under `folder` now, symbolic links followed.
  static func of(folder: String) -> StorageTrust {
    let resolved = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    let mounts = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)
    return StorageTrust(folder: resolved, mounts: mounts ?? "")
  }

  /// Refuses what cannot keep the promise of a 200, unless the operator wants it all the same; returns what is
  /// to be said about it otherwise.
  func check(_ storage: SQLiteStorage) throws(InboxError) -> InboxDiagnostic? {
    guard let objection = objection(to: storage.durability) else { return nil }
    let sentence = "The inbox \(storage.path) lies on \(objection.reason)."
    if objection.isGrave, !storage.allowsUnsafeStorage {
      throw InboxError(
        .unsafeStorage,
        "\(sentence) \(objection.advice), or inbox.allow_unsafe_storage to true to accept that acknowledged "
          + "events may be lost."
      )
    }
    return InboxDiagnostic(.unsafeFileSystem, .warning, "\(sentence) \(objection.advice).")
  }

  private struct Objection {
    var reason: String
    var advice: String
    var isGrave: Bool
  }

  private func objection(to durability: SQLiteStorage.Durability) -> Objection? {
    switch self {
    case .local: nil
    case .container:
      Objection(
        reason: "overlay, which is gone with its container",
        advice: "Set inbox.path to a volume",
        isGrave: false
      )
    case .memory(let type):
      Objection(
        reason: "\(type), which is gone with the power",
        advice: "Set inbox.path to a disk, or inbox.durability to normal",
        isGrave: durability == .full
      )
    case .network(let type):
      Objection(
        reason: "\(type), whose locks and syncs cannot be relied on",
        advice: "Set inbox.path to a disk of this machine",
        isGrave: true
      )
    }
  }
}

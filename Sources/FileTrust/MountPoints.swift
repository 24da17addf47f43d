internal import Foundation

/// Where file systems are mounted.
struct MountPoints: Sendable {
  private let points: [String]

  /// Those of this process.
  static var current: MountPoints {
    MountPoints((try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? "")
  }

  /// From a list as /proc/self/mounts has it.
  init(_ list: String) {
    points = list.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      return fields.count > 2 ? fields[1].replacingOccurrences(of: "\\040", with: " ") : nil
    }
  }

  /// Whether somebody outside gave the entry to this container: it came with a mount whose root has the same owner,
  /// and that owner is nobody in here, so that nobody in here can act as him.
  func isGiven(_ entry: FileEntry) -> Bool {
    guard !entry.ownerHasAccount else { return false }
    let above = points.filter { $0 != "/" && (entry.path == $0 || entry.path.hasPrefix($0 + "/")) }
    guard let point = above.max(by: { $0.count < $1.count }) else { return false }
    return FileEntry(point)?.owner == entry.owner
  }
}

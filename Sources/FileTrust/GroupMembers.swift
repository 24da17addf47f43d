internal import Foundation

/// Who else is in a group, by /etc/group.
enum GroupMembers {
  /// Whether the group has no member but `user`, whose own group it is.
  static func areNone(inGroup name: String, but user: String) -> Bool {
    guard let list = try? String(contentsOfFile: "/etc/group", encoding: .utf8) else { return false }
    return areNone(inGroup: name, but: user, list: list)
  }

  /// The same for a list in the form of group(5).
  static func areNone(inGroup name: String, but user: String, list: String) -> Bool {
    for line in list.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == 4, fields[0] == name else { continue }
      return fields[3].split(separator: ",").allSatisfy { $0 == user }
    }
    return false
  }
}

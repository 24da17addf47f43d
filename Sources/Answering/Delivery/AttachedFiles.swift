/// The files that a program wants sent, looked at before one is read: a pipe or a device would never end.
enum AttachedFiles {
  private static let maxBytes: Int64 = 100 << 20

  /// What is wrong with the first that cannot be sent; nil where all can.
  static func problem(_ attachments: [String]) -> String? {
    attachments.lazy.filter { $0.hasPrefix("/") }.compactMap(problem(path:)).first
  }

  private static func problem(path: String) -> String? {
    let name = path.split(separator: "/").last.map { String($0.prefix(60)) } ?? "/"
    guard let facts = FileFacts(path: path, followsLinks: true) else {
      return "The file \(name.debugDescription) that was to be attached is not there, or may not be read."
    }
    guard facts.isRegular else {
      return "What was to be attached as \(name.debugDescription) is no regular file."
    }
    let size = facts.byteCount
    guard (1...maxBytes).contains(size) else {
      return
        "The file \(name.debugDescription) that was to be attached has \(size) bytes; Linq takes 1 byte to 100 MiB."
    }
    return nil
  }
}

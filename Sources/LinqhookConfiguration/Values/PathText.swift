/// Paths as the file writes them: absolute, or relative to the folder of the configuration file.
enum PathText {
  /// The absolute path, without `.`, `..` and doubled slashes. Symbolic links stay as they are.
  static func resolve(_ text: String, relativeTo folder: String) throws(ValueProblem) -> String {
    guard !text.isEmpty else {
      throw ValueProblem("must be a path; it is empty.")
    }
    guard !text.hasPrefix("~") else {
      throw ValueProblem("begins with `~`, which only a shell expands. Write the whole path.")
    }
    guard !text.contains(where: \.isControl) else {
      throw ValueProblem("must be a path without control characters.")
    }
    return normalize(text.hasPrefix("/") ? text : "\(folder)/\(text)")
  }

  /// Takes `.`, `..` and doubled slashes out of an absolute path.
  static func normalize(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." {
        _ = parts.popLast()
      } else {
        parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The folder that an absolute path lies in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }
}

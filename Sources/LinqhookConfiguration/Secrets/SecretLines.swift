/// The secrets that a file holds, one a line. Blank lines and lines that begin with `#` are passed over, and lines
/// may end as any system ends them.
enum SecretLines {
  /// Each secret with the number of its line, counted from 1.
  static func read(_ contents: String) -> [(text: String, line: Int)] {
    var lines: [String.UnicodeScalarView] = [String.UnicodeScalarView()]
    var isAfterReturn = false
    for scalar in contents.unicodeScalars {
      defer { isAfterReturn = scalar == "\r" }
      if scalar == "\n", isAfterReturn { continue }
      if scalar == "\n" || scalar == "\r" {
        lines.append(String.UnicodeScalarView())
      } else {
        lines[lines.count - 1].append(scalar)
      }
    }
    return lines.enumerated().compactMap { index, line in
      let start = line.first { $0 != " " && $0 != "\t" }
      return start == nil || start == "#" ? nil : (String(line), index + 1)
    }
  }

  /// The text of a variable without the line ends behind it.
  static func withoutLineEnds(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let end = scalars.reversed().drop { $0 == "\n" || $0 == "\r" }
    return String(String.UnicodeScalarView(end.reversed()))
  }
}

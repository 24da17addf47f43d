/// Finds what somebody meant to write.
enum NearestName {
  /// The candidate that is fewest edits away, if that is near enough to be meant; the first of equals.
  static func find(_ text: String, in candidates: some Sequence<String>) -> String? {
    let written = Array(text.lowercased().replacing("-", with: "_").prefix(64))
    // One edit in three letters: `comand` means `command`, `foo` means nothing.
    var best = (name: String?.none, edits: max(1, written.count / 3) + 1)
    for candidate in candidates {
      let edits = distance(written, Array(candidate.lowercased()))
      if edits < best.edits { best = (candidate, edits) }
    }
    return best.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two texts (optimal string alignment).
  static func distance(_ first: [Character], _ second: [Character]) -> Int {
    var rows = [Array(0...second.count)]
    for (row, letter) in first.enumerated() {
      var next = [row + 1]
      for (column, other) in second.enumerated() {
        var edits = min(
          next[column] + 1,
          rows[row][column + 1] + 1,
          rows[row][column] + (letter == other ? 0 : 1)
        )
        if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
          edits = min(edits, rows[row - 1][column - 1] + 1)
        }
        next.append(edits)
      }
      rows.append(next)
    }
    return rows[first.count][second.count]
  }
}

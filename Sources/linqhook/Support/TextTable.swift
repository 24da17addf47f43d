import ShownText

/// Rows under headings, for people. Programs take `--json`.
struct TextTable {
  let headings: [String]
  private(set) var rows: [[String]] = []

  init(_ headings: String...) {
    self.headings = headings
  }

  /// Adds a row. Nil shows as a hyphen.
  mutating func add(_ cells: String?...) {
    rows.append(
      cells.map { cell in
        guard let cell, !cell.isEmpty else { return "-" }
        return Shown.line(cell)
      }
    )
  }

  var lines: [String] {
    let all = [headings] + rows
    let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      return cells.joined(separator: "  ")
    }
  }

  func print() throws(CommandFailure) {
    for line in lines { try Terminal.print(line) }
  }
}

/// Names and values, one a line, aligned.
enum FactList {
  /// Prints the facts that have a value.
  static func print(_ facts: [(name: String, value: String?)]) throws(CommandFailure) {
    let width = facts.map(\.name.count).max() ?? 0
    for (name, value) in facts {
      guard let value else { continue }
      let padding = String(repeating: " ", count: width - name.count)
      try Terminal.print("\(name)\(padding)  \(Shown.line(value))")
    }
  }
}

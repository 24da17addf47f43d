import ShownText

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

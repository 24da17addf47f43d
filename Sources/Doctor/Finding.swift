/// One line of the examination: what was looked at, what came of it, and what to do.
package struct Finding: Sendable, Equatable {
  /// How bad it is.
  package enum Level: String, Sendable {
    /// As it should be.
    case good
    /// Works, but look at it.
    case warning
    /// Events are lost or do not arrive.
    case problem
  }

  package let level: Level
  /// What was looked at, in a word or two: `certificate`, `body`, `handler bot`.
  package let area: String
  /// What was found and, unless it is good, what to do.
  package let text: String

  package init(_ level: Level, _ area: String, _ text: String) {
    self.level = level
    self.area = area
    self.text = text
  }

  /// The line for people: `[+] certificate: …`.
  package var line: String {
    let mark =
      switch level {
      case .good: "+"
      case .warning: "!"
      case .problem: "-"
      }
    return "[\(mark)] \(area): \(text)"
  }
}

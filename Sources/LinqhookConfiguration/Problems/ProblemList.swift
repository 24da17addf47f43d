/// Collects problems while a configuration is read, so that one run names them all.
///
/// A class, because every reader of every section writes into the same list. It lives as long as one call of
/// the loader and stays on its thread.
final class ProblemList {
  private var problems: [Problem] = []
  private var warnings: [Problem] = []
  private var notes: [Problem] = []

  func report(_ problem: Problem) {
    if !problems.contains(problem) { problems.append(problem) }
  }

  func warn(_ warning: Problem) {
    if !warnings.contains(warning) { warnings.append(warning) }
  }

  func note(_ note: Problem) {
    if !notes.contains(note) { notes.append(note) }
  }

  /// The error that holds everything reported; `nil` when there was nothing.
  var error: ConfigurationError? {
    ConfigurationError(problems: Self.inOrder(problems), warnings: Self.inOrder(warnings))
  }

  var warningsInOrder: [Problem] { Self.inOrder(warnings) }

  var notesInOrder: [Problem] { Self.inOrder(notes) }

  /// By line; what has no line stays behind, in the order of its discovery.
  private static func inOrder(_ problems: [Problem]) -> [Problem] {
    problems.enumerated()
      .sorted { (line($0.element), $0.offset) < (line($1.element), $1.offset) }
      .map(\.element)
  }

  private static func line(_ problem: Problem) -> Int {
    if case .file(_, let line, _) = problem.place { line ?? 0 } else { Int.max }
  }
}

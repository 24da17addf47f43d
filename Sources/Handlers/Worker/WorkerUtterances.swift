/// What a worker's process has written to its standard output since it was started.
struct WorkerUtterances {
  var hasAnswered = false
  var strayLines = 0

  /// What may be the matter with a process that does not answer, as a sentence with a blank before it; empty for one that
  /// has answered before.
  func hint(endsInALine: Bool) -> String {
    if hasAnswered { return "" }
    if strayLines > 0 { return " None of the lines that it has written is an answer." }
    if !endsInALine { return " What it has written has no line feed at its end." }
    return " It has written nothing since its start: does it flush its output after each line?"
  }
}

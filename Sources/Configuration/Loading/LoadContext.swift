/// What the reader of every section needs.
struct LoadContext {
  /// The file as it was named, for problems; `nil` when there is none.
  var file: String?
  /// The folder that relative paths in the file start from.
  var folder: String
  var environment: [String: String]
  /// Types of handlers that the embedding program registered.
  var customHandlerTypes: Set<String>
  /// Whether secrets are looked for. If not, each is left out, wherever it is kept.
  var readsSecrets: Bool
  var problems: ProblemList

  /// The value of an environment variable. An empty one counts as not set: that is how a compose file or a unit
  /// passes on a variable that nobody gave.
  func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func place(_ position: SourcePosition) -> ProblemPlace {
    guard let file else { return .file("built-in defaults") }
    return .file(file, line: position.line, column: position.column)
  }
}

import Yams

/// What Yams refuses, as one sentence with a place. Never holds text of the file.
struct YAMLSyntaxProblem: Error {
  var position: SourcePosition
  var message: String
}

extension YAMLSyntaxProblem {
  init(_ error: YamlError, in text: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      self.init(context: context, problem: problem, position: SourcePosition(mark), text: text)
    case .reader(let problem, let offset, _, _):
      self.init(position: Self.position(ofCharacter: offset ?? 0, in: text), message: Self.reader(problem))
    default:
      self.init(position: .start, message: "the file cannot be read as YAML.")
    }
  }

  static func repeatedKey(at position: SourcePosition) -> Self {
    Self(position: position, message: "this key stands more than once in its mapping. Keep one.")
  }

  private init(context: YamlError.Context?, problem: String, position: SourcePosition, text: String) {
    if problem.contains("another document") {
      self.init(
        position: position,
        message: "a second document begins here. Take the `---` out: the file is one document."
      )
      return
    }
    var sentence = "this is not valid YAML: \(problem)"
    if let context, context.mark.line != position.line, !context.text.contains("block mapping") {
      sentence += " (the block began on line \(context.mark.line))"
    }
    let hint = Self.hint(for: problem, context: context?.text ?? "", at: Self.scalar(at: position, in: text))
    self.init(position: position, message: "\(sentence). \(hint)")
  }

  private static func hint(for problem: String, context: String, at scalar: Unicode.Scalar?) -> String {
    if scalar == "\t" { return "YAML is indented with spaces; take the tab out." }
    if context.contains("alias") { return "Put a text that begins with * in quotes, as in \"*\"." }
    if problem.contains("alias") {
      return "Put a text that begins with * in quotes, or define the anchor before."
    }
    if problem.contains("mapping values") {
      return "Check the indentation, and put a text with `: ` in it in quotes."
    }
    if problem.contains("start any token") { return "Put a text that begins with this character in quotes." }
    if context.contains("quoted scalar") { return "Close the quotes." }
    return "Check the indentation, brackets and quotes on this line and the one before."
  }

  private static func reader(_ problem: String) -> String {
    problem.contains("control characters")
      ? "a control character stands here. Take it out; in double quotes it can be written as \\xNN."
      : "the file cannot be read as YAML: \(problem)."
  }

  private static func scalar(at position: SourcePosition, in text: String) -> Unicode.Scalar? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.indices.contains(position.line - 1) else { return nil }
    return lines[position.line - 1].unicodeScalars.dropFirst(position.column - 1).first
  }

  private static func position(ofCharacter offset: Int, in text: String) -> SourcePosition {
    let before = text.prefix(offset)
    let column = before.reversed().prefix { !$0.isNewline }.count + 1
    return SourcePosition(line: before.count(where: \.isNewline) + 1, column: column)
  }
}

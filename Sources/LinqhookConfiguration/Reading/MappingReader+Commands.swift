extension MappingReader {
  /// A program and its arguments. A program with a `/` in it is made absolute; one without is looked up in
  /// `PATH` when it is started.
  func command(_ key: String) -> [String]? {
    guard let node = value(key) else { return nil }
    if case .scalar(let text, _) = node.content {
      let words = text.split(whereSeparator: \.isWhitespace).map { $0.trimmingQuotes() }
      report(
        key,
        "must be a list, one element for each argument, as no shell takes it apart. Write \(YAMLText.flow(words))."
      )
      return nil
    }
    guard let texts = texts(key, form: "[/usr/local/bin/on-message, --quiet]") else { return nil }
    guard let program = texts.first?.text, !program.isEmpty else {
      report(key, "must name a program, as in [/usr/local/bin/on-message, --quiet].")
      return nil
    }
    if texts.contains(where: { $0.text.contains("\0") }) {
      report(key, "must hold no NUL characters.")
      return nil
    }
    return resolved(program, key).map { [$0] + texts.dropFirst().map(\.text) }
  }

  private func resolved(_ program: String, _ key: String) -> String? {
    guard program.contains("/") else { return program }
    do {
      return try PathText.resolve(program, relativeTo: context.folder)
    } catch {
      report(key, error.text)
      return nil
    }
  }
}

extension Substring {
  /// A word as a shell would take it, for the simple case of quotes around it.
  fileprivate func trimmingQuotes() -> String {
    String(drop { $0 == "\"" || $0 == "'" }.reversed().drop { $0 == "\"" || $0 == "'" }.reversed())
  }
}

extension ProgramSettings {
  /// The keys `command`, `environment` and `working_directory` of a handler.
  init?(_ reader: MappingReader) {
    let environment = Self.readEnvironment(reader)
    let workingDirectory = reader.path("working_directory")
    guard reader.entry("command") != nil else {
      reader.reportMissing(
        "command",
        "Write the program and its arguments, as in [/usr/local/bin/on-message, --quiet]."
      )
      return nil
    }
    guard let command = reader.command("command") else { return nil }
    self.init(command: command, workingDirectory: workingDirectory)
    self.environment = environment ?? self.environment
    input = reader.choice("input", ProgramInput.self) ?? input
    ProgramTrust.judge(self, reader)
  }

  private static func readEnvironment(_ reader: MappingReader) -> [String]? {
    reader.texts("environment", form: "[PATH, HOME]")?.compactMap { name, position in
      guard EnvironmentName.isValid(name) else {
        let text =
          name.contains("=")
          ? "holds an assignment" : "must hold names of variables, not \(Quoted.text(name))"
        reader.report(
          "environment",
          "\(text). List names only, as in [PATH, HOME]; values come from linqhook's own environment.",
          at: position
        )
        return nil
      }
      if name == SecretVariables.webhookSecretFile {
        reader.warn(
          "environment",
          "hands \(name) to the program, which does not need the signing secret.",
          at: position
        )
      }
      reader.context.secretVariables.willHand(name) { reader.report("environment", $0, at: position) }
      return name
    }
  }
}

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

/// How a child process is started. Nothing of the daemon's environment is passed on but what is listed.
public struct ProgramSettings: Sendable, Equatable {
  /// Where a program without a `/` is looked for when no `PATH` is passed on to it.
  public static let fallbackPath = "/usr/local/bin:/usr/bin:/bin"

  /// The program and its arguments. Never empty when loaded; a program with a `/` in it is absolute, one
  /// without is looked up in the `PATH` that is passed on.
  public var command: [String]
  /// Names of environment variables that are passed on.
  public var environment: [String]
  /// Where it runs, absolute; `nil` for the daemon's own working directory.
  public var workingDirectory: String?
  /// What it gets of an event.
  public var input: ProgramInput

  /// `command` with `PATH` and `HOME` passed on, and events as they were received.
  public init(
    command: [String],
    environment: [String] = ["PATH", "HOME"],
    workingDirectory: String? = nil,
    input: ProgramInput = .event
  ) {
    self.command = command
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.input = input
  }
}

/// What a program gets of an event.
public enum ProgramInput: String, Sendable, CaseIterable {
  /// The bytes as they were received.
  case event
  /// The message view; a worker gets it beside the event.
  case message
  /// The text of the message alone. Not for workers.
  case text
}

extension ProgramSettings {
  /// The keys of every handler that starts a program.
  static let keys: [SettingKey<ProgramSettings>] = [
    .value(
      "command",
      \.command,
      takes: "a list: the program and its arguments",
      "The program; no shell is between. One with a / in it may be relative to this file, others are looked up in PATH.",
      read: { $0.command("command") },
      print: YAMLText.texts
    ).byDefault("none; it must be there"),
    .choice(
      "input",
      \.input,
      "What it gets of an event: the bytes as received, the message view, or (shell only) the text of the message."
    ),
    .value(
      "environment",
      \.environment,
      takes: "a list of names",
      "Variables that are passed on beside LINQ_EVENT_ID and its like; nothing else is.",
      read: readEnvironment,
      print: YAMLText.texts
    ),
    .path(
      "working_directory",
      \.workingDirectory,
      "Where it runs. Default: linqhook's own working directory."
    ),
  ]

  /// Placeholders, to begin reading with.
  static let blank = ProgramSettings(command: [])

  /// Reports what is missing, and whatever others could change of the program.
  func check(_ reader: MappingReader) {
    if reader.entry("command") == nil {
      reader.reportMissing(
        "command",
        "Write the program and its arguments, as in [/usr/local/bin/on-message, --quiet]."
      )
    }
    if !command.isEmpty { ProgramTrust.judge(self, reader) }
  }

  @Sendable private static func readEnvironment(_ reader: MappingReader) -> [String]? {
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

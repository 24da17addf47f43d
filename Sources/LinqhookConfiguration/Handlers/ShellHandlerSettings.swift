/// Starts a program for each event.
public struct ShellHandlerSettings: Sendable, Equatable {
  /// What is started.
  public var program: ProgramSettings
  /// How long one run may take.
  public var timeout: Duration

  /// Starts `program`, for 30 s at most.
  public init(program: ProgramSettings, timeout: Duration = .seconds(30)) {
    self.program = program
    self.timeout = timeout
  }
}

extension ShellHandlerSettings: HandlerTypeSettings {
  static let typeName = "shell"
  static let defaultConcurrency = 4
  static let blank = ShellHandlerSettings(program: .blank)
  static let keys: [SettingKey<ShellHandlerSettings>] =
    ProgramSettings.keys.map { $0.lifted(to: \.program) } + [
      .duration(
        "timeout",
        \.timeout,
        in: .milliseconds(1)...(.seconds(86_400)),
        "How long one run may take. Then its process group gets SIGTERM, and SIGKILL 5 s later."
      )
    ]

  var kind: HandlerKind { .shell(self) }
  var startedProgram: ProgramSettings? { program }
  var isComplete: Bool { !program.command.isEmpty }

  mutating func check(_ reader: MappingReader) { program.check(reader) }
}

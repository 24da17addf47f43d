/// Starts a program for each event.
public struct ShellHandlerSettings: Sendable, Equatable {
  /// What is started.
  public var program: ProgramSettings
  /// How long one run may take.
  public var timeout: Duration
  /// What is done at Linq.
  public var answering: AnsweringSettings

  /// Starts `program`, for 30 s at most.
  public init(
    program: ProgramSettings,
    timeout: Duration = .seconds(30),
    answering: AnsweringSettings = AnsweringSettings()
  ) {
    self.program = program
    self.timeout = timeout
    self.answering = answering
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
    ] + AnsweringSettings.keys.map { $0.lifted(to: \.answering) }

  var kind: HandlerKind { .shell(self) }
  var startedProgram: ProgramSettings? { program }
  var isComplete: Bool { !program.command.isEmpty }

  var answers: AnsweringSettings? { answering }

  mutating func check(_ reader: MappingReader) {
    program.check(reader)
    answering.check(reader, canReplyWithText: true)
  }
}

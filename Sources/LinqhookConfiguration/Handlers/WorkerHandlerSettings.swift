/// Keeps programs up that take one line an event.
public struct WorkerHandlerSettings: Sendable, Equatable {
  /// What is started, `concurrency` times.
  public var program: ProgramSettings
  /// Events in flight in each process.
  public var window: Int
  /// How long one event may take.
  public var timeout: Duration
  /// What is done at Linq.
  public var answering: AnsweringSettings

  /// Starts `program` with 64 events in flight, 30 s for each.
  public init(
    program: ProgramSettings,
    window: Int = 64,
    timeout: Duration = .seconds(30),
    answering: AnsweringSettings = AnsweringSettings()
  ) {
    self.answering = answering
    self.program = program
    self.window = window
    self.timeout = timeout
  }
}

extension WorkerHandlerSettings: HandlerTypeSettings {
  static let typeName = "worker"
  static let defaultConcurrency = 2
  static let blank = WorkerHandlerSettings(program: .blank)
  static let keys: [SettingKey<WorkerHandlerSettings>] =
    ProgramSettings.keys.map { $0.lifted(to: \.program) } + [
      .integer("window", \.window, in: 1...65_536, "Events in flight in each process."),
      .duration(
        "timeout",
        \.timeout,
        in: .milliseconds(1)...(.seconds(86_400)),
        "How long one event may take."
      ),
    ] + AnsweringSettings.keys.map { $0.lifted(to: \.answering) }

  var kind: HandlerKind { .worker(self) }
  var startedProgram: ProgramSettings? { program }
  var answers: AnsweringSettings? { answering }
  var isComplete: Bool { !program.command.isEmpty }

  mutating func check(_ reader: MappingReader) {
    program.check(reader)
    answering.check(reader, canReplyWithText: false)
    guard program.input == .text, isComplete else { return }
    reader.report(
      "input",
      "must be event or message: a worker gets a JSON line. `text` is for shell handlers."
    )
  }
}

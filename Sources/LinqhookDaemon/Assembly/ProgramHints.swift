internal import ChildProcesses
public import LinqhookConfiguration

/// Looks into the programs that the settings name for what will keep them from running: no `#!`, line ends as on Windows.
public enum ProgramHints {
  /// Everything that is known against the programs: those that cannot be started, then those that will probably not run.
  public static func problems(in settings: Settings, environment: [String: String]) -> [String] {
    CommandCheck.problems(in: settings, environment: environment)
      + hints(for: settings, environment: environment)
  }

  /// A sentence for each handler, and for `silence`, whose program will probably not run. Others than
  /// `CommandCheck.problems` finds.
  public static func hints(for settings: Settings, environment: [String: String]) -> [String] {
    let programs: [(owner: String, program: ProgramSettings)] =
      settings.handlers.compactMap { handler in
        handler.kind.program.map { ("handler \(handler.name)", $0) }
      } + (settings.silence.map { [("silence", ProgramSettings(command: $0.command))] } ?? [])
    return programs.compactMap { owner, program in
      ScriptCheck.hint(
        command: program.command,
        searchPath: environment["PATH"] ?? ProgramSettings.fallbackPath,
        workingDirectory: program.workingDirectory
      ).map { "\(owner): \($0)" }
    }
  }
}

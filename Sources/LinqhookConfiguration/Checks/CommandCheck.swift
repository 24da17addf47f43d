/// Looks whether the programs that the settings name could be started.
///
/// Not part of loading: a program may be installed after linqhook, and its absence must not keep events from
/// being accepted. `check` and the start of `serve` ask here and say what they are told.
public enum CommandCheck {
  /// One problem for each handler, and for `silence`, whose program cannot be started.
  ///
  /// - Parameter environment: The environment of the process, of which handlers get what they list.
  public static func problems(in settings: Settings, environment: [String: String]) -> [String] {
    var problems = settings.handlers.compactMap { handler in
      handler.kind.program.flatMap { problem(of: $0, environment: environment) }
        .map { "handler \(handler.name): \($0)" }
    }
    if let silence = settings.silence,
      let problem = problem(of: ProgramSettings(command: silence.command), environment: environment)
    {
      problems.append("silence: \(problem)")
    }
    return problems
  }

  /// Why `program` could not be started, as a sentence; `nil` if it could.
  public static func problem(of program: ProgramSettings, environment: [String: String]) -> String? {
    if let folder = program.workingDirectory, !FileAccess.isFolder(folder) {
      return "the working directory \(folder) does not exist. Create it, or change `working_directory`."
    }
    guard let name = program.command.first else { return "`command` names no program." }
    if name.contains("/") { return problemOfFile(name) }
    let path =
      program.environment.contains("PATH")
      ? environment["PATH"] ?? ProgramSettings.fallbackPath : ProgramSettings.fallbackPath
    let candidates = path.split(separator: ":").map { "\($0)/\(name)" }
    if candidates.contains(where: { problemOfFile($0) == nil }) { return nil }
    if let found = candidates.first(where: FileAccess.exists) { return problemOfFile(found) }
    return
      "the program \(Quoted.text(name)) is in no folder of PATH (\(path)). Install it, or write its whole path."
  }

  private static func problemOfFile(_ path: String) -> String? {
    guard FileAccess.exists(path) else {
      return "the program \(path) does not exist. Install it, or change `command`."
    }
    guard !FileAccess.isFolder(path) else {
      return "the program \(path) is a folder. Name the program in it."
    }
    guard FileAccess.isExecutable(path) else {
      return "the program \(path) may not be executed by this user. Run chmod +x on it."
    }
    return nil
  }
}

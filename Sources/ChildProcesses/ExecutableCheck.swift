import SystemPackage

/// Says before the first event whether a command can be run, in words that help to repair it.
public enum ExecutableCheck {
  /// Where a bare program name is looked for when nobody says.
  public static let defaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// What is wrong with a command, as a sentence; nil where it can be run.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments.
  ///   - environment: what PATH is taken from to find a program without a slash.
  ///   - workingDirectory: where a relative path starts from.
  public static func problem(
    command: [String],
    environment: [String: String],
    workingDirectory: String? = nil
  ) -> String? {
    let command = ChildCommand(
      arguments: command,
      workingDirectory: workingDirectory,
      searchPath: environment["PATH"]
    )
    do {
      _ = try path(of: command)
      return nil
    } catch {
      return error.description
    }
  }

  /// The file that a command runs.
  static func path(of command: ChildCommand) throws(ChildProcessError) -> String {
    guard let program = command.arguments.first, !program.isEmpty else {
      throw .cannotRun("The command is empty: give the program and its arguments as a list.")
    }
    if program.contains("/") {
      let file = program.hasPrefix("/") ? program : "\(command.workingDirectory ?? ".")/\(program)"
      if let problem = problem(ofFile: file) { throw .cannotRun(problem) }
      return file
    }
    return try find(program, in: command.searchPath ?? command.environment["PATH"] ?? defaultSearchPath)
  }

  private static func find(_ program: String, in searchPath: String) throws(ChildProcessError) -> String {
    var nearMiss: String?
    for directory in searchPath.split(separator: ":", omittingEmptySubsequences: true) {
      let candidate = "\(directory)/\(program)"
      guard let problem = problem(ofFile: candidate) else { return candidate }
      if (try? FilePath(candidate).stat()) != nil { nearMiss = nearMiss ?? problem }
    }
    throw .cannotRun(
      nearMiss
        ?? "The program \(program) is in none of the directories \(searchPath): install it or give its full path."
    )
  }

  private static func problem(ofFile path: String) -> String? {
    let status: Stat
    do {
      status = try FilePath(path).stat()
    } catch {
      return "The program \(path) cannot be used: \(error). Install it or correct the path."
    }
    guard status.type == .regular else { return "The program \(path) is not a file that can be run." }
    guard SystemCalls.isExecutable(path) else {
      return "The program \(path) is not executable for this user: run chmod +x on it or check its owner."
    }
    return nil
  }
}

public import SystemPackage

/// Why a child could not be started.
public enum ChildProcessError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The program cannot be run as the command stands; the text says why.
  case cannotRun(String)
  /// The kernel refused to start it.
  case spawnFailed(program: String, workingDirectory: String?, Errno)
  /// A pipe or a memory file for it could not be made.
  case noDescriptors(Errno)

  /// A sentence for the operator.
  public var description: String {
    switch self {
    case .cannotRun(let problem): problem
    case .spawnFailed(let program, let directory, .noSuchFileOrDirectory):
      "Starting \(program) failed: the interpreter that its first line names\(Self.or(directory)) does not exist."
    case .spawnFailed(let program, let directory, let error):
      "Starting \(program)\(directory.map { " in \($0)" } ?? "") failed: \(error)."
    case .noDescriptors(let error):
      "No pipe could be made for a child process: \(error). Raise the limit of open files (LimitNOFILE)."
    }
  }

  private static func or(_ directory: String?) -> String {
    directory.map { ", or its working directory \($0)," } ?? ""
  }
}

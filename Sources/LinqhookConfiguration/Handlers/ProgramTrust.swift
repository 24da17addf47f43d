import FileTrust

/// Looks whether somebody else could change the programs that the settings have run.
enum ProgramTrust {
  /// Programs that run the file which they are given.
  private static let interpreters: Set<String> = [
    "sh", "bash", "dash", "ash", "zsh", "ksh", "python", "python2", "python3", "perl", "ruby", "node",
    "nodejs",
    "deno", "bun", "php", "lua", "tclsh", "Rscript",
  ]
  /// Behind these an interpreter is given text, or a name, and no file.
  private static let flagsForText: Set<String> = ["-c", "-e", "-m", "-r", "-E", "--eval"]

  /// Reports what others could change of the program under `command`.
  static func judge(_ program: ProgramSettings, _ reader: MappingReader) {
    let context = reader.context
    guard context.purpose != .part else { return }
    for path in files(of: program, environment: context.environment) {
      guard let objection = context.trust.objection(to: path) else { continue }
      let text = "names a program that others could change: \(objection)"
      if context.mayBelongToService(objection) {
        reader.warn("command", text)
      } else {
        reader.report("command", text)
      }
    }
  }

  /// The program and, for an interpreter, its script.
  static func files(of program: ProgramSettings, environment: [String: String]) -> [String] {
    guard let name = program.command.first else { return [] }
    var files = [location(of: name, program, environment: environment)].compactMap(\.self)
    let base = String(name.split(separator: "/").last ?? "")
    guard interpreters.contains(base) else { return files }
    for argument in program.command.dropFirst() {
      if flagsForText.contains(argument) { break }
      if argument.hasPrefix("-") { continue }
      let folder = program.workingDirectory ?? FileAccess.currentFolder
      let script = PathText.normalize(argument.hasPrefix("/") ? argument : "\(folder)/\(argument)")
      if FileAccess.exists(script), !FileAccess.isFolder(script) { files.append(script) }
      break
    }
    return files
  }

  private static func location(
    of name: String,
    _ program: ProgramSettings,
    environment: [String: String]
  ) -> String? {
    if name.contains("/") { return name }
    let isPathGiven = program.environment.contains("PATH")
    let path =
      isPathGiven ? environment["PATH"] ?? ProgramSettings.fallbackPath : ProgramSettings.fallbackPath
    return path.split(separator: ":").map { "\($0)/\(name)" }.first(where: FileAccess.isExecutable)
  }
}

import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// Whether a program could be started.
@Suite struct CommandCheckTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("bin/runs", "#!/bin/sh\n", mode: 0o755)
    try folder.write("bin/rests", "#!/bin/sh\n", mode: 0o644)
  }

  private func problem(_ command: String, passing names: [String] = ["PATH"], in directory: String? = nil)
    -> String?
  {
    let program = ProgramSettings(command: [command], environment: names, workingDirectory: directory)
    return CommandCheck.problem(of: program, environment: ["PATH": "/nowhere:\(folder.path)/bin"])
  }

  @Test func aProgramThatRunsIsFine() {
    #expect(problem("\(folder.path)/bin/runs") == nil)
    #expect(problem("runs") == nil)
    #expect(problem("runs", in: folder.path) == nil)
  }

  @Test func aProgramThatIsNotThereIsSaidSo() {
    #expect(problem("/no/such") == "the program /no/such does not exist. Install it, or change `command`.")
    #expect(
      problem("such")
        == "the program `such` is in no folder of PATH (/nowhere:\(folder.path)/bin). Install it, or write its whole path."
    )
  }

  @Test func aFileThatMayNotBeExecutedIsSaidSo() {
    let sentence =
      "the program \(folder.path)/bin/rests may not be executed by this user. Run chmod +x on it."
    #expect(problem("\(folder.path)/bin/rests") == sentence)
    #expect(problem("rests") == sentence)
    #expect(
      problem("\(folder.path)/bin") == "the program \(folder.path)/bin is a folder. Name the program in it."
    )
  }

  @Test func thePathIsThatOfTheHook() {
    #expect(problem("runs", passing: [])?.contains("(\(ProgramSettings.fallbackPath))") == true)
    #expect(problem("sh", passing: []) == nil)
    #expect(problem("sh") != nil)
  }

  @Test func aWorkingDirectoryMustBeThere() {
    #expect(
      problem("runs", in: "/no/such")
        == "the working directory /no/such does not exist. Create it, or change `working_directory`."
    )
  }

  @Test func allHandlersAndSilenceAreLookedAt() throws {
    let yaml = """
      handlers:
        - {name: log, type: log}
        - {name: a, type: shell, command: [/no/a]}
        - {name: b, type: worker, command: [bin/runs]}
        - {name: c, type: worker, command: [./no-c]}
      silence: {after: 1h, command: [/no/s]}
      """
    let problems = CommandCheck.problems(in: try folder.load(yaml).settings, environment: [:])
    #expect(
      problems == [
        "handler a: the program /no/a does not exist. Install it, or change `command`.",
        "handler c: the program \(folder.path)/no-c does not exist. Install it, or change `command`.",
        "silence: the program /no/s does not exist. Install it, or change `command`.",
      ]
    )
  }
}

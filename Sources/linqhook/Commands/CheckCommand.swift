import ArgumentParser
import Configuration
import Daemon
import Foundation

/// `linqhook check`: reads the configuration as `serve` would.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Reads the configuration as serve would and says every problem.",
    discussion: """
      Each problem is a line `file:line: what is wrong and what to do` on standard error; the exit status is
      then 78. Warnings are said and do not count.

      Example:
        linqhook check --config /etc/linqhook/linqhook.yaml --print
      """
  )

  @OptionGroup var configuration: ConfigurationOption

  @Flag(help: "Print the settings in force as YAML, with secrets masked.")
  var print = false

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let loaded = try configuration.load()
      for warning in loaded.warnings { Terminal.note("\(warning.description) (warning)") }
      let environment = ProcessInfo.processInfo.environment
      for problem in CommandCheck.problems(in: loaded.settings, environment: environment)
        + ProgramHints.hints(for: loaded.settings, environment: environment)
      {
        Terminal.say("warning: \(problem)")
      }
      if print {
        try Terminal.print(SettingsPrinter.yaml(loaded.settings))
      } else {
        Terminal.say("\(loaded.sourcePath ?? "the defaults with the environment"): good.")
      }
    }
  }
}

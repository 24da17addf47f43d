import ArgumentParser
import Foundation
import LinqhookConfiguration
import LinqhookDaemon

/// `linqhook check`: reads the configuration as `serve` would.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Reads the configuration as serve would and prints every problem.",
    discussion: """
      Each problem is a line `file:line: what is wrong and what to do` on standard error; the exit status is
      then 78. Warnings do not change the exit status.

      Example:
        linqhook check --config /etc/linqhook/linqhook.yaml --print
      """
  )

  @OptionGroup var configuration: ConfigurationOption

  @Flag(help: "Print the settings in force as YAML, with secrets masked.")
  var print = false

  @Flag(help: "Print every key there is: what it takes, its default, its meaning. Reads no configuration.")
  var keys = false

  func validate() throws {
    if print, keys { throw ValidationError("Give one of --print and --keys.") }
  }

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      if keys { return try Terminal.print(SettingsManual.text) }
      let loaded = try configuration.load(isCheck: true)
      for warning in loaded.warnings { Terminal.note("\(warning.description) (warning)") }
      for note in loaded.notes { Terminal.note("\(note.description) (not checked)") }
      let environment = ProcessInfo.processInfo.environment
      for problem in ProgramHints.problems(in: loaded.settings, environment: environment) {
        Terminal.note("\(place(of: problem, in: loaded))\(problem) (warning)")
      }
      if print {
        try Terminal.print(SettingsPrinter.yaml(loaded.settings))
      } else {
        let name = loaded.sourcePath ?? "the defaults with the environment"
        Terminal.say("\(name): good\(loaded.notes.isEmpty ? "" : "; some things were not checked").")
      }
    }
  }

  /// `file:line: ` of the handler that a sentence begins with, else the file; empty when there is none.
  private func place(of problem: String, in loaded: LoadedSettings) -> String {
    let names = loaded.handlerPlaces.keys.filter { problem.hasPrefix("handler \($0): ") }
    let place = names.first.flatMap { loaded.handlerPlaces[$0]?.description } ?? loaded.sourcePath
    return place.map { "\($0): " } ?? ""
  }
}

import ArgumentParser

/// `linqhook sandbox`: a local stand-in for Linq, and the check of a receiver's file.
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "A local stand-in for Linq: answers its API and delivers signed webhooks.",
    discussion: """
      \(RunSandboxCommand.configuration.discussion)

      `linqhook sandbox run --help` lists the options.
      """,
    subcommands: [RunSandboxCommand.self, VerdictCommand.self],
    defaultSubcommand: RunSandboxCommand.self
  )
}

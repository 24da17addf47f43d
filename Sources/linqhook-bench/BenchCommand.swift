import ArgumentParser

/// Measures linqhook on this machine.
@main
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linqhook-bench",
    abstract: "Measures linqhook, and the limits of this machine beside it.",
    discussion: """
      The load generator runs on the same machine and uses the same processor. Compare figures within one run,
      not between machines.
      """,
    subcommands: [
      QuickCommand.self, ScaleCommand.self, MemoryCommand.self, StartCommand.self, HooksCommand.self,
      WorkersCommand.self, AnswersCommand.self, SoakCommand.self, LoadCommand.self, HTTPCeilingCommand.self,
      AnswerEventsCommand.self,
    ],
    defaultSubcommand: QuickCommand.self
  )
}

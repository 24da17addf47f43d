import ArgumentParser

/// Measures linqhook on this machine.
@main
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linqhook-bench",
    abstract: "Measures linqhook on this machine, against what the machine can do.",
    discussion: """
      The load generator runs on the same machine and takes its share of the processor: compare figures within one
      run, not across machines.
      """,
    subcommands: [
      QuickCommand.self, ScaleCommand.self, MemoryCommand.self, StartCommand.self, HooksCommand.self,
      SoakCommand.self, LoadCommand.self, HTTPCeilingCommand.self,
    ],
    defaultSubcommand: QuickCommand.self
  )
}

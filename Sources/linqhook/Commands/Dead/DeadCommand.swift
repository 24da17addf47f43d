import ArgumentParser
import LinqEvents

/// `linqhook dead`: what handlers gave up.
struct DeadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dead",
    abstract: "Lists, retries and drops dead letters: deliveries that a handler gave up.",
    discussion: """
      Example:
        linqhook dead list --handler crm
      """,
    subcommands: [ListDeadCommand.self, RetryDeadCommand.self, DropDeadCommand.self]
  )
}

/// `linqhook dead list`.
struct ListDeadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists dead letters, oldest first.",
    discussion: """
      Example:
        linqhook dead list --handler crm --json
      """
  )

  @OptionGroup var options: OperatorOptions

  @Option(help: "Only those of this handler.")
  var handler: String?

  @Option(help: "At most this many, the oldest ones; 1 to 10000.")
  var limit = 100

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000.") }
  }

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      let letters = try await channel.get(
        ["dead"],
        query: ["handler": handler, "limit": String(limit)]
      ).list("dead_letters")
      let table = TextTable("SEQUENCE", "HANDLER", "TYPE", "ID", "ATTEMPTS", "ERROR")
      try options.print(letters, in: table, nothing: "There is no dead letter.") { letter, table in
        table.add(
          letter.cell("sequence").map { "#\($0)" },
          letter.cell("handler"),
          letter.cell("event_type"),
          letter.cell("event_id"),
          letter.cell("attempts"),
          letter.cell("error")
        )
      }
    }
  }
}

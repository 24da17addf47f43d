import ArgumentParser
import LinqEvents

/// `linqhook events stats`.
struct StatsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Counts events by state, what each handler has to do, and what the inbox takes.",
    discussion: """
      Example:
        linqhook events stats --json
      """
  )

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      let stats = try await channel.get(["stats"])
      if options.json { return try Terminal.print(stats) }
      try FactList.print(["receiver"], of: stats)
      try FactList.print(["pending", "delivered", "dead"], of: stats[member: "events"] ?? .null)
      try FactList.print(
        ["path", "bytes", "last_sequence", "last_event_at", "dedup_ids", "quarantined"],
        of: stats[member: "inbox"] ?? .null
      )
      try Self.printHandlers(stats.list("handlers"))
    }
  }

  private static func printHandlers(_ handlers: [JSONValue]) throws(CommandFailure) {
    guard !handlers.isEmpty else { return }
    var table = TextTable("HANDLER", "PENDING", "DEAD", "HEALTH")
    for handler in handlers {
      table.add(
        handler.cell("handler"),
        handler.cell("pending"),
        handler.cell("dead"),
        handler.cell("health")
      )
    }
    try Terminal.print("")
    try table.print()
  }
}
